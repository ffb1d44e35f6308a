using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Zhice.Api.Audiences;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using JourneyChangeKind = Zhice.V1.JourneyChangeKind;
using Purpose = Zhice.Domain.Primitives.Purpose;

namespace Zhice.Api.Journeys;

/// <summary>
/// An operator's hand in journeys: moves, exits and restarts, of one customer or of an audience, each kept before it is done.
/// </summary>
internal sealed class JourneyOverrides(
    IGrainFactory grains, ICatalogs catalogs, AudienceQuestions questions, TimeProvider time, ILogger<JourneyOverrides> log)
{
    private const int MaxCommentBytes = 1024;
    private const int MaxAudienceRequestIdBytes = 40;
    private const int MembersAtOnce = 1_000;
    private const int ChangesAtOnce = 32;

    public async Task<ChangeCustomerJourneyResponse> ChangeAsync(ChangeCustomerJourneyRequest request, Caller caller)
    {
        var (catalog, check) = (catalogs.Current, new RequestCheck());
        check.Id("customer_id", request.CustomerId);
        check.Text("request_id", request.RequestId, RequestCheck.MaxIdBytes);
        var change = ReadChange(request.JourneyId, request.Kind, request.ToStageId, request.Comment, catalog, check);
        check.ThrowIfAny();
        ApiLog.JourneyChanged(log, caller.Name, request.Kind, request.CustomerId, request.JourneyId, request.ToStageId, request.Comment);
        change = change with { RequestId = request.RequestId.Length > 0 ? request.RequestId : Guid.NewGuid().ToString("n"), BodyHash = BodyHash.Compute(request) };
        var note = new JourneyChangeNote(change, NowMs, caller.Name, request.Comment, request.ToStageId, request.CustomerId, "");
        var kept = GetChangesGrain(request.JourneyId, catalog);
        await kept.Keep(note);
        var result = await grains.Customer(request.CustomerId).ChangeJourney(change);
        var isMade = result == JourneyChangeResult.Made;
        await kept.Keep(note with { Changed = isMade ? 1 : 0, PassedOver = isMade ? 0 : 1, IsFinished = true });
        return result switch
        {
            JourneyChangeResult.Made => new(),
            JourneyChangeResult.RequestIdReused => throw Refusals.RequestIdReused(),
            _ => throw ApiError.Fail(
                ErrorReasons.NotInJourney,
                $"The customer is not in '{request.JourneyId}', or their version has no such stage; GetCustomerJourneys returns their stages.",
                ("journey_id", request.JourneyId)),
        };
    }

    public async Task ChangeAsync(
        ChangeAudienceJourneyRequest request, Caller caller, IServerStreamWriter<ChangeAudienceJourneyResponse> progress,
        CancellationToken cancellation)
    {
        var (catalog, check) = (catalogs.Current, new RequestCheck());
        if (Encoding.UTF8.GetByteCount(request.RequestId) is 0 or > MaxAudienceRequestIdBytes)
        {
            check.Add(
                "request_id", FieldReasons.Required,
                $"must be an id of 1 to {MaxAudienceRequestIdBytes} bytes, so that each customer is changed once");
        }

        var change = ReadChange(request.JourneyId, request.Kind, request.ToStageId, request.Comment, catalog, check);
        check.ThrowIfAny();
        var question = await questions.ReadAsync("audience", request.Audience, Purpose.Service);
        var audience = ExpressionMask.Apply(
            question.Expression, id => !catalog.TagsById.TryGetValue(id, out var tag) || tag.IsSensitive);
        ApiLog.JourneyChanged(log, caller.Name, request.Kind, audience, request.JourneyId, request.ToStageId, request.Comment);
        change = change with { RequestId = request.RequestId, BodyHash = BodyHash.Compute(request) };
        var note = new JourneyChangeNote(change, NowMs, caller.Name, request.Comment, request.ToStageId, "", audience);
        var kept = GetChangesGrain(request.JourneyId, catalog);
        await kept.Keep(note);
        var (changed, passedOver) = (0L, 0L);
        for (var bucket = 0; bucket < CustomerBucket.Count; bucket++)
        {
            for (var (after, isLast) = ("", false); !isLast;)
            {
                var page = await grains.GetGrain<IBucketGrain>(bucket).Members(question, after, MembersAtOnce);
                (after, isLast) = (page.Next, page.IsLast);
                var options = new ParallelOptions { MaxDegreeOfParallelism = ChangesAtOnce, CancellationToken = cancellation };
                await Parallel.ForEachAsync(page.CustomerIds, options, async (customer, _) =>
                {
                    var isMade = await grains.Customer(customer).ChangeJourney(change) == JourneyChangeResult.Made;
                    Interlocked.Increment(ref isMade ? ref changed : ref passedOver);
                });
                if (!page.CustomerIds.IsEmpty)
                {
                    await progress.WriteAsync(new() { Changed = changed, PassedOver = passedOver }, cancellation);
                }
            }
        }

        await kept.Keep(note with { Changed = changed, PassedOver = passedOver, IsFinished = true });
        await progress.WriteAsync(new() { Changed = changed, PassedOver = passedOver }, cancellation);
    }

    public async Task<ListJourneyChangesResponse> ListAsync(ListJourneyChangesRequest request)
    {
        var check = new RequestCheck();
        check.Id("journey_id", request.JourneyId);
        check.ThrowIfAny();
        var notes = await GetChangesGrain(request.JourneyId, catalogs.Current).List();
        return new() { Changes = { notes.Select(Show) } };
    }

    // By the id that the journey had first, whatever it is called since.
    private IJourneyChangesGrain GetChangesGrain(string journeyId, Catalog catalog) => grains.GetGrain<IJourneyChangesGrain>(
        catalog.Symbols.FindFirstName(SymbolKind.Journey, catalog.Symbols.Find(SymbolKind.Journey, journeyId)) ?? journeyId);

    /// <summary>The number of a journey; one that the catalogue never had is a fault.</summary>
    public static ushort GetJourneyNumber(string journeyId, Catalog catalog, RequestCheck check)
    {
        var number = catalog.Symbols.Find(SymbolKind.Journey, journeyId);
        if (number == 0)
        {
            check.Unknown("journey_id", "journey", journeyId, catalog.Journeys.Stages.Keys);
        }

        return number;
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static JourneyChange ReadChange(
        string journeyId, JourneyChangeKind kind, string stageId, string comment, Catalog catalog, RequestCheck check)
    {
        var number = GetJourneyNumber(journeyId, catalog, check);
        check.Text("comment", comment, MaxCommentBytes);
        var stage = (ushort)0;
        if (kind == JourneyChangeKind.Move && catalog.Journeys.Stages.TryGetValue(journeyId, out var stages)
            && !stages.Stages.TryGetValue(stageId, out stage))
        {
            check.Unknown("to_stage_id", "stage of this journey", stageId, stages.Stages.Keys);
        }
        else if (kind is JourneyChangeKind.Exit or JourneyChangeKind.Restart && stageId.Length > 0)
        {
            check.Add("to_stage_id", FieldReasons.NotAllowed, "must be empty: only a move has a stage");
        }
        else if (kind is < JourneyChangeKind.Move or > JourneyChangeKind.Restart)
        {
            check.Add(
                "kind", FieldReasons.Required, "must be JOURNEY_CHANGE_KIND_MOVE, JOURNEY_CHANGE_KIND_EXIT or JOURNEY_CHANGE_KIND_RESTART");
        }

        return new((Contracts.Journeys.JourneyChangeKind)kind, number, stage, "", 0);
    }

    private static JourneyChangeRecord Show(JourneyChangeNote note) => new()
    {
        ChangeTime = Values.ToTimestamp(note.AtMs),
        Actor = note.Actor,
        Comment = note.Comment,
        Kind = (JourneyChangeKind)note.Asked.Kind,
        ToStageId = note.StageId,
        CustomerId = note.CustomerId,
        Audience = note.Audience,
        Changed = note.Changed,
        PassedOver = note.PassedOver,
        Finished = note.IsFinished,
        RequestId = note.Asked.RequestId,
    };
}
