using Zhice.Gateway;
using Zhice.Hosting;

// 0: stopped as asked; 1: could not start, and one sentence on stderr says why.
if (args.Any(argument => argument is "--help" or "-h" or "-?"))
{
    Console.WriteLine(GatewaySettings.Help);
    return 0;
}

try
{
    return await GatewayHost.RunAsync(args);
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync($"Zhice.Gateway did not start: {refused.Message}");
    return 1;
}
