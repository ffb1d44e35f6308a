global using Xunit;
global using Zhice.V1;
global using Zhice.TestBank;
global using Value = Zhice.V1.Value;
