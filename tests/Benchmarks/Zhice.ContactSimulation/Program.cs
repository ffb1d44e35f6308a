using System.Diagnostics;
using System.Globalization;
using Zhice.ContactSimulation;

// Lives of customers at random times, with restarts, lost commits and repeats; see tests/Benchmarks/contacts.sh.
var contacts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
SimulatedBank[] banks = [new("Asia/Shanghai"), new("Europe/Berlin"), new("America/New_York")];
var (tally, watch, customers) = (new Tally(), Stopwatch.StartNew(), 0);
for (; tally.Made < contacts; customers++)
{
    new CustomerLife(banks[customers % banks.Length], new Random(unchecked((seed * 1_000_003) + customers)), tally).Live(asks: 400);
}

Console.WriteLine($"{tally.Made:N0} contacts of {customers:N0} customers in 3 time zones, seed {seed}, {watch.Elapsed.TotalSeconds:N0} s");
Console.WriteLine($"asked {tally.Asked:N0}: refused {tally.Refused:N0}, made or held {tally.Asked - tally.Refused:N0}");
foreach (var (reason, count) in tally.Reasons.OrderBy(pair => pair.Key))
{
    Console.WriteLine($"  refused for {reason}: {count:N0}");
}

Console.WriteLine($"slots held {tally.Held:N0}: seen {tally.Seen:N0}, void {tally.Void:N0}, the others expired");
Console.WriteLine($"restarts {tally.Restarts:N0}, commits lost {tally.LostCommits:N0}, repeated requests {tally.Repeats:N0}, repeated feedback {tally.RepeatedFeedback:N0}");
Console.WriteLine($"a refusal or its absence takes {Timing.NanosecondsOfAnAsk(banks[0]):N0} ns with {SimulatedBank.Caps.Length} caps");
Console.WriteLine($"caps exceeded: {tally.Exceeded:N0}");
Console.WriteLine($"wrongly allowed: {tally.WronglyAllowed:N0}");
Console.WriteLine($"wrongly refused: {tally.WronglyRefused:N0}");
return tally is { Exceeded: 0, WronglyAllowed: 0, WronglyRefused: 0 } ? 0 : 1;
