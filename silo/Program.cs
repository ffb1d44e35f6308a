using Zhice.Hosting;
using Zhice.Silo;
using Zhice.Storage;

// 0: stopped as asked; 1: could not start, and one sentence on stderr says why; 3: declared dead by the cluster.
if (args is [MigrateCommand.Name, ..])
{
    return await MigrateCommand.RunAsync(args);
}

if (args.Any(argument => argument is "--help" or "-h" or "-?"))
{
    Console.WriteLine(SiloSettings.Help);
    return 0;
}

FilesOfOwner.Begin();
try
{
    return await SiloHost.RunAsync(args);
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync($"Zhice.Silo did not start: {refused.Message}");
    return 1;
}
