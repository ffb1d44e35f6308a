using System.CommandLine;
using Zhice.Client;
using Zhice.SampleGateway;

// A gateway in a page: it subscribes to a channel, prints each contact where a real one would send it, and settles it.
var senders = new IChannelSender[] { new AppPushSender(Console.Out), new SmsSender(Console.Out), new CrmTaskSender(Console.Out) };
var channel = new Argument<string>("CHANNEL") { Description = "push, sms or remote_bank: which channel it serves." };
channel.AcceptOnlyFromAmong([.. senders.Select(static sender => sender.ChannelId)]);
var address = new Option<string>("--address") { Description = "The API.", DefaultValueFactory = static _ => "http://127.0.0.1:7301" };
var root = new RootCommand("A sample gateway: prints the contacts of a channel, and acknowledges them. Example: dotnet run --project client/Zhice.SampleGateway -- sms")
{
    channel, address,
};
root.SetAction(async (parsed, stop) =>
{
    var sender = senders.Single(sender => sender.ChannelId == parsed.GetValue(channel));
    using var client = new ZhiceClient(parsed.GetRequiredValue(address));
    var gateway = new ContactGateway(
        client.Deliveries, new() { ChannelId = sender.ChannelId, Consumer = $"sample@{Environment.MachineName}" }, sender.SendAsync);
    gateway.Lost += static fault => Console.Error.WriteLine($"The connection was lost, and is made again: {fault.Status.Detail}");
    gateway.Unsettled += static result =>
        Console.Error.WriteLine($"{result.ContactId} had ended, or its lease was over: {result.Outcome}.");
    await gateway.RunAsync(stop);
    return 0;
});
return await root.Parse(args).InvokeAsync();
