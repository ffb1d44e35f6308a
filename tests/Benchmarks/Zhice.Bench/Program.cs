using System.CommandLine;
using Zhice.Bench.Audiences;
using Zhice.Bench.Audit;
using Zhice.Bench.Bars;
using Zhice.Bench.Cold;
using Zhice.Bench.Delivery;
using Zhice.Bench.Journeys;
using Zhice.Bench.Load;
using Zhice.Bench.Memory;
using Zhice.Bench.Protected;
using Zhice.Bench.Scale;
using Zhice.Bench.Writes;

// Each benchmark is a subcommand; the scripts beside this folder build it and start it.
var root = new RootCommand("The kept benchmarks of Zhice.Grains: each measures one promise, and ends what it started.")
{
    LoadCommand.Create(), BarsCommand.Create(),
    MemoryCommand.Create(),
    MemoryOfCommand.Create(),
    WritesCommand.Create(),
    ColdCommand.Create(),
    AudienceCommand.Create(),
    ValueCommand.Create(),
    FanOutCommand.Create(),
    DeliveryCommand.Create(), WebhookCommand.Create(), LeaseCommand.Create(),
    JourneysCommand.Create(), SameInstantCommand.Create(),
    ScaleCommand.Create(),
    AuditCommand.Create(),
    ProtectedCommand.Create(), CallerCommand.Create(), BackgroundCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
