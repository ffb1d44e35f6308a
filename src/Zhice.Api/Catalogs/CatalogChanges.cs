using System.Collections.Immutable;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.V1;
using FieldViolation = Google.Rpc.BadRequest.Types.FieldViolation;

namespace Zhice.Api.Catalogs;

/// <summary>Changes of the catalogue, from whatever service they come.</summary>
internal sealed class CatalogChanges(
    IGrainFactory grains, ICatalogs catalogs, ApiOptions options, TimeProvider time, ILogger<CatalogChanges> log)
{
    private const int MaxCommentBytes = 1024;
    private const int MaxEtagBytes = 128;

    /// <summary>Checks what goes with a change.</summary>
    public static void CheckNotes(string etag, string comment, string requestId, RequestCheck check)
    {
        check.Text("etag", etag, MaxEtagBytes);
        check.Text("comment", comment, MaxCommentBytes);
        check.Text("request_id", requestId, RequestCheck.MaxIdBytes);
    }

    /// <summary>Makes a change, and waits until it is in force here; a faulty one is refused with every fault.</summary>
    /// <param name="change">The change.</param>
    /// <param name="warnings">Gets what may be other than was meant; null: nobody asks.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<CatalogVersion?> MakeAsync(CatalogChange change, IList<string>? warnings, CancellationToken cancellation)
    {
        var answer = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Apply(change);
        switch (answer.Outcome)
        {
            case CatalogOutcome.Faulty:
                throw Faulty(answer.Faults);
            case CatalogOutcome.Stale:
                throw ApiError.Fail(
                    ErrorReasons.StaleEtag,
                    "Another version is in force than the one that was edited. Read the catalogue again, and change that.",
                    ("etag", answer.Version?.Etag ?? ""));
            case CatalogOutcome.ApprovalRequired:
                throw ApiError.Fail(
                    ErrorReasons.ApprovalRequired,
                    "Another person must approve each change of the catalogue and its journeys. Propose it ('zhice catalog propose FOLDER', ProposeCatalogChange); another person approves it ('zhice catalog changes approve', ApproveCatalogChange).");
            case CatalogOutcome.RemovesMuch:
                throw ApiError.Fail(
                    ErrorReasons.RemovalsNotAllowed,
                    $"Nothing is changed: {string.Join(' ', answer.Warnings)} If that is meant, say so: allow_removals ('zhice catalog apply FOLDER --allow-removals').");
            case CatalogOutcome.NoSuchVersion:
                throw Refusals.CatalogVersionNotFound(change.RollbackTo);
            case CatalogOutcome.RequestIdReused:
                throw Refusals.RequestIdReused();
        }

        foreach (var warning in answer.Warnings)
        {
            warnings?.Add(warning);
        }

        if (answer.Version is { } version && !change.ValidateOnly)
        {
            await WaitUntilHereAsync(version.Version, cancellation);
        }

        return answer.Version is null ? null : ToVersion(answer.Version);
    }

    /// <summary>Waits until this silo decides by a version.</summary>
    /// <remarks>For the caller's next Recommend. It is in force in any case: being slow here is no error.</remarks>
    public async Task WaitUntilHereAsync(long version, CancellationToken cancellation)
    {
        using var tooLong = new CancellationTokenSource(options.CatalogWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancellation);
        try
        {
            await catalogs.WaitForAsync(version, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            ApiLog.CatalogNotHereYet(log, version);
        }
    }

    /// <summary>The refusal of a catalogue that has faults.</summary>
    public static RpcException Faulty(ImmutableArray<CatalogFault> faults)
    {
        var violations = new List<FieldViolation>(faults.Length);
        foreach (var fault in faults)
        {
            violations.Add(new FieldViolation
            {
                Field = fault.Path.Length == 0 ? "catalog" : "catalog." + fault.Path,
                Reason = FieldReasons.CatalogFault,
                Description = fault.Description,
            });
        }

        var count = violations.Count == 1 ? "a fault" : $"{violations.Count} faults";
        return ApiError.Create(
            ErrorReasons.CatalogFaulty,
            $"The catalogue has {count}; nothing is changed. {violations[0].Field}: {violations[0].Description}",
            violations).ToRpcException();
    }

    /// <summary>A version as the contract shows it.</summary>
    public static CatalogVersion ToVersion(CatalogVersionRecord version) => new()
    {
        Version = version.Version,
        ApplyTime = Values.ToTimestamp(version.AppliedAt.ToUnixTimeMilliseconds()),
        Author = version.Author,
        Comment = version.Comment,
        Etag = version.Etag,
        ActionCount = version.ActionCount,
        TagCount = version.TagCount,
        Approver = version.Approver,
        ChangeId = version.ChangeId,
    };
}
