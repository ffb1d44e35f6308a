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

Console.WriteLine($"slots held {tally.Held:N0}: seen {tally.Seen:N0}; contacts void {tally.Void:N0}");
Console.WriteLine($"words of customers and the bank {tally.Words:N0}: consents, lists, agent holds, stops, pauses, recalls");
Console.WriteLine(
    $"channels asked for contacts {tally.AskedFor:N0} times: handed over {tally.HandedOver:N0}, told to wait {tally.Waited:N0}");
foreach (var (outcome, count) in tally.Ends.OrderBy(pair => pair.Key))
{
    Console.WriteLine($"  told {outcome}: {count:N0}");
}

Console.WriteLine($"restarts {tally.Restarts:N0}, commits lost {tally.LostCommits:N0}, repeated requests {tally.Repeats:N0}, repeated feedback {tally.RepeatedFeedback:N0}");
Console.WriteLine($"a refusal or its absence takes {Timing.NanosecondsOfAnAsk(banks[0]):N0} ns with {SimulatedBank.Caps.Length} caps");
Console.WriteLine($"wrongly allowed: {tally.WronglyAllowed:N0}");
Console.WriteLine($"refused for another reason: {tally.WrongReasons:N0}");
Console.WriteLine($"wrongly kept from its channel: {tally.WronglyKept:N0}");
Console.WriteLine($"{tally.Exceeded:N0} exceeded, {tally.WronglyRefused + tally.WronglyKept:N0} wrongly refused, {tally.AgainstAWord:N0} handed over against a word");
return tally is { Exceeded: 0, WronglyAllowed: 0, WronglyRefused: 0, WrongReasons: 0, WronglyKept: 0, AgainstAWord: 0 } ? 0 : 1;
