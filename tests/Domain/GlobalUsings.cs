global using Xunit;
global using Zhice.TestBank;
