using Zhice.Cli;
using Zhice.Cli.Running;

return await CommandLine.RunAsync(ZhiceCommand.Create(), args);
