using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.V1;

namespace Zhice.SampleTraffic;

/// <summary>What customers say to the bank about contacts, and what agents take over.</summary>
internal sealed class SamplePeople(SampleDay day)
{
    private const int Agents = 4;

    private static readonly string[] Channels = ["sms", "push", "sms"];
    private static readonly string[] Notes = ["客户询问三年期利率", "约好下午回电", "到网点补签协议", "希望了解提前支取的规则"];
    private static readonly string[] Kinds = ["call_back", "call_back", "appointment", "call_back"];

    /// <summary>Plays the words of a twentieth of the day's customers, and hands some over to agents.</summary>
    public async Task PlayAsync(CancellationToken cancellation)
    {
        for (var place = 0; place < day.Customers; place += 20)
        {
            await StateConsentAsync(day.GetCustomer(place), day.GetChance(place, 3), cancellation);
        }

        for (var place = 7; place < day.Customers; place += 50)
        {
            await HandOverAsync(day.GetCustomer(place), place / 50, day.GetChance(place, 4), cancellation);
        }
    }

    private async Task StateConsentAsync(string customer, Random chance, CancellationToken cancellation)
    {
        var (channel, isGranted) = (Channels[chance.Next(Channels.Length)], chance.NextDouble() < 0.4);
        await day.Operations.Customers.UpdateConsentAsync(
            new()
            {
                CustomerId = customer,
                ChannelId = channel,
                Purpose = Purpose.Marketing,
                Granted = isGranted,
                Source = channel == "sms" && !isGranted ? ConsentSource.TextMessage : ConsentSource.App,
                EvidenceId = $"sample-{day.Run}",
                RequestId = $"sample-{day.Run}-{customer}-consent",
            },
            cancellationToken: cancellation);
    }

    private async Task HandOverAsync(string customer, int number, Random chance, CancellationToken cancellation)
    {
        var (note, kind) = (Notes[number % Notes.Length], Kinds[number % Kinds.Length]);
        try
        {
            await day.Operations.HandOffs.HandOffAsync(
                new()
                {
                    CustomerId = customer,
                    ActionId = SampleCatalog.ActionId,
                    PlacementId = "branch_desk",
                    Owner = string.Create(CultureInfo.InvariantCulture, $"agent-{1 + (number % Agents)}"),
                    Kind = kind,
                    Note = note,
                    DueTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(2 + chance.Next(60))),
                    RequestId = $"sample-{day.Run}-{customer}-hand-off",
                },
                cancellationToken: cancellation);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
        {
            // Somebody holds the action already, or it may not be offered to this customer: as on any day.
        }
    }
}
