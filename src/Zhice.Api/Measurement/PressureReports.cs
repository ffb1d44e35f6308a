using System.Collections.Immutable;
using Zhice.Api.Audiences;
using Zhice.Api.Requests;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using CapScope = Zhice.Domain.Contacts.CapScope;
using ContactCap = Zhice.Domain.Contacts.ContactCap;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;
using Line = Zhice.Domain.Measurement.Reports.ReportLine;

namespace Zhice.Api.Measurement;

/// <summary>How much customers are contacted: caps by the index of the audiences, channels by totals.</summary>
internal sealed class PressureReports(IGrainFactory grains, TimeProvider time, CountFloor floor)
{
    // A count of n conditions gives n × n numbers.
    private const int MaxSteps = 10;

    public async Task<GetPressureResponse> CreateAsync(TotalsQuery query, Domain.Catalogs.Catalog catalog)
    {
        var response = new GetPressureResponse();
        foreach (var cap in catalog.ContactPolicy.Caps.Where(static cap => cap.CountsApart == CapScope.All))
        {
            response.Caps.Add(await CountAsync(cap, response));
        }

        var totals = await grains.GetGrain<IMeasurementGrain>(IMeasurementGrain.Key).Sum(query);
        response.AsOfTime = Values.ToTimestamp(totals.AsOfMs);
        response.Channels.AddRange(Line.Divide(totals.Totals.Where(static total => !IsRefusalAfterNothing(total)), [Dimension.Channel])
            .Where(static line => line.Count(FactKind.Contacted) + line.Count(FactKind.Refused) + line.Count(FactKind.Dismissed)
                + line.Count(FactKind.ConsentRefused) > 0)
            .Select(ToChannel));
        var all = Line.Divide(totals.Totals, [])[0];
        response.SampledBlocked = all.Count(FactKind.Blocked);
        response.SampledCapped = all.Count(FactKind.Blocked, (int)Domain.Primitives.ReasonCode.CapReached);
        return response;
    }

    private async Task<CapPressure> CountAsync(ContactCap cap, GetPressureResponse response)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ImmutableArray<int> steps = [.. Enumerable.Range(1, Math.Min(cap.Limit, MaxSteps)), .. cap.Limit > MaxSteps ? [cap.Limit] : Array.Empty<int>()];
        var counts = await grains.GetGrain<IAudienceQueryGrain>(0)
            .Count([.. steps.Select(step => new AudienceQuestion($"contacts.used(\"{cap.Id}\") >= {step}", now))]);
        ImmutableArray<long> customers = [.. steps.Select((_, i) => counts.Both[(i * steps.Length) + i])];
        response.Customers = counts.Customers;
        response.FewerThan = Math.Max(response.FewerThan, floor.FewerThan(customers));
        return new()
        {
            CapId = cap.Id, Limit = cap.Limit,
            Used = { steps.Select((step, i) => new UsedPlaces { AtLeast = step, Customers = floor.Show(customers[i]) }) },
        };
    }

    private static ChannelPressure ToChannel(Line line) => new()
    {
        ChannelId = line.Keys[0], Contacted = line.Count(FactKind.Contacted), HandedOver = line.Count(FactKind.HandedOver),
        Unsubscribed = line.Count(FactKind.Refused, (int)Domain.Primitives.DeliveryOutcome.Unsubscribed),
        Complained = line.Count(FactKind.Refused, (int)Domain.Primitives.DeliveryOutcome.Complained),
        Dismissed = line.Count(FactKind.Dismissed),
        ConsentRefused = line.Count(FactKind.ConsentRefused),
    };

    // A refusal that followed no contact has no names but its channel.
    private static bool IsRefusalAfterNothing(in FactTotal total) =>
        total.Kind == FactKind.ConsentRefused && total.Group.Action.Length == 0;
}
