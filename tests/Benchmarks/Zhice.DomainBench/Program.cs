using System.CommandLine;
using Zhice.DomainBench;

// Each benchmark is a subcommand, one class each; tests/Benchmarks/domain.sh builds this and starts it.
var root = new RootCommand("The kept benchmarks of what a bank decides, without a silo round it.")
{
    ExpressionsCommand.Create(),
    DecisionsCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
