using System.Collections.Immutable;
using System.Text;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Customers;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.V1;
using CampaignState = Zhice.Domain.Campaigns.CampaignState;

namespace Zhice.Api.Audiences;

/// <summary>Who the customers are for whom a condition holds.</summary>
internal sealed class AudienceService(
    IGrainFactory grains, ICatalogs catalogs, AudienceQuestions questions, UploadMemoryLimit room, TimeProvider clock)
    : V1.AudienceService.AudienceServiceBase
{
    private const int MaxMembers = 100;
    private const int DefaultMembers = 10;
    private const int MaxBars = 100;
    private const int DefaultBars = 20;
    private const int MaxAudiences = 8;
    private const int MembersAtOnce = 1_000;
    private const int DefaultPage = 20;
    private const int MaxOnPage = 100;
    private const string Audiences = "audiences";

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver)]
    public override async Task<CountAudienceResponse> CountAudience(CountAudienceRequest request, ServerCallContext context)
    {
        var counts = await CountAsync([await QuestionAsync("audience", request.Audience)]);
        var floor = questions.GetFloor(context.GetCaller());
        return new()
        {
            Customers = floor.Show(counts.All), Total = counts.Customers, AsOfTime = Values.ToTimestamp(counts.AsOfMs),
            UnreadableCustomers = counts.Unreadable, FewerThan = floor.FewerThan(counts.All),
        };
    }

    [Call(CallClass.Read, Roles.Operator | Roles.Data, Audit = AuditRule.SensitiveRead)]
    public override async Task<PreviewAudienceResponse> PreviewAudience(PreviewAudienceRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var limit = GetLimit(request.Limit, DefaultMembers, 1, MaxMembers, check);
        check.ThrowIfAny();
        var (response, catalog, roles) = (new PreviewAudienceResponse(), catalogs.Current, context.GetCaller().Roles);
        foreach (var found in await Query().Preview(await QuestionAsync("audience", request.Audience), limit))
        {
            var member = new V1.AudienceMember { CustomerId = found.CustomerId };
            foreach (var (tag, value) in found.Tags)
            {
                if (TagVisibility.Show(roles, catalog.TagsById.GetValueOrDefault(tag), value) is { } shown)
                {
                    member.Tags[tag] = shown;
                }
            }

            response.Members.Add(member);
        }

        return response;
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver)]
    public override async Task<BreakDownAudienceResponse> BreakDownAudience(BreakDownAudienceRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        var limit = GetLimit(request.Limit, DefaultBars, 2, MaxBars, check);
        if (!catalog.TagsById.TryGetValue(request.TagId, out var tag))
        {
            check.Unknown("tag_id", "tag", request.TagId, catalog.TagsById.Keys);
        }
        else if (tag.IsSensitive)
        {
            check.Add("tag_id", FieldReasons.NotAllowed, $"'{tag.Id}' is a sensitive tag: its values are not shown");
        }

        check.ThrowIfAny();
        var breakdown = await Query().Breakdown(await QuestionAsync("audience", request.Audience), request.TagId);
        var answer = AudienceBars.Create(breakdown, tag!, limit);
        questions.GetFloor(context.GetCaller()).Fold(answer);
        return answer;
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver)]
    public override async Task<OverlapAudiencesResponse> OverlapAudiences(OverlapAudiencesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var count = request.Audiences.Count;
        if (count is < 2 or > MaxAudiences)
        {
            check.Add("audiences", FieldReasons.OutOfRange, $"has {count} entries; 2 to {MaxAudiences} are allowed");
        }

        check.ThrowIfAny();
        var asked = ImmutableArray.CreateBuilder<AudienceQuestion>(count);
        for (var i = 0; i < count; i++)
        {
            asked.Add(await QuestionAsync($"audiences[{i}]", request.Audiences[i]));
        }

        var counts = await CountAsync(asked.MoveToImmutable());
        var floor = questions.GetFloor(context.GetCaller());
        var response = new OverlapAudiencesResponse { All = floor.Show(counts.All), FewerThan = floor.FewerThan(counts.Both.Append(counts.All)) };
        for (var i = 0; i < count; i++)
        {
            response.Customers.Add(floor.Show(counts.Both[(i * count) + i]));
            for (var j = i + 1; j < count; j++)
            {
                response.Pairs.Add(new AudiencePair { First = i, Second = j, Customers = floor.Show(counts.Both[(i * count) + j]) });
            }
        }

        return response;
    }

    [Call(CallClass.Read, Roles.Staff)]
    public override Task<CheckExpressionResponse> CheckExpression(CheckExpressionRequest request, ServerCallContext context) =>
        Task.FromResult(ExpressionChecks.Check(request, catalogs.Current));

    [Call(CallClass.Bulk, Roles.Data, Audit = AuditRule.SensitiveRead)]
    public override async Task StreamMembers(
        StreamMembersRequest request, IServerStreamWriter<StreamMembersResponse> responseStream, ServerCallContext context)
    {
        var question = await QuestionAsync("audience", request.Audience);
        for (var bucket = 0; bucket < CustomerBucket.Count; bucket++)
        {
            for (var (after, isLast) = ("", false); !isLast;)
            {
                var page = await grains.GetGrain<IBucketGrain>(bucket).Members(question, after, MembersAtOnce);
                (after, isLast) = (page.Next, page.IsLast);
                if (!page.CustomerIds.IsEmpty)
                {
                    await responseStream.WriteAsync(new() { CustomerIds = { page.CustomerIds } }, context.CancellationToken);
                }
            }
        }
    }

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<SaveAudienceResponse> SaveAudience(SaveAudienceRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        AudienceMap.Check(request.Audience, check);
        if (request.Audience is { } audience)
        {
            questions.CheckExpression("audience.expression", audience.Expression, check);
            CheckNotNamed(audience.AudienceId, check);
        }

        check.ThrowIfAny();
        var saved = await Book().Save(AudienceMap.ToSaved(request.Audience!, context.GetCaller().Name, clock), request.Etag);
        return saved is null
            ? throw AudienceQuestions.Stale()
            : new() { Audience = AudienceMap.ToAudience(saved) };
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Data)]
    public override async Task<GetAudienceResponse> GetAudience(GetAudienceRequest request, ServerCallContext context) => new()
    {
        Audience = AudienceMap.ToAudience(await Book().Find(request.AudienceId) ?? throw AudienceQuestions.NotFound(request.AudienceId)),
    };

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver)]
    public override async Task<ListAudienceVersionsResponse> ListAudienceVersions(
        ListAudienceVersionsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("audience_id", request.AudienceId);
        check.ThrowIfAny();
        var current = await Book().Find(request.AudienceId);
        var earlier = (await grains.GetGrain<IAudienceHistoryGrain>(request.AudienceId).All()).Where(each => each.Version != current?.Version);
        var response = new ListAudienceVersionsResponse();
        response.Versions.AddRange((current is null ? earlier : earlier.Prepend(current)).Select(AudienceMap.ToAudience));
        return response.Versions.Count > 0 ? response : throw AudienceQuestions.NotFound(request.AudienceId);
    }

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<DeleteAudienceResponse> DeleteAudience(DeleteAudienceRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (catalogs.Current.ContactPolicy.DoNotContact.FirstOrDefault(list => list.AudienceId == request.AudienceId) is { } naming)
        {
            check.Add(
                "audience_id", FieldReasons.NotAllowed,
                $"is named by the do-not-contact list '{naming.Id}' of the catalogue: take that out first");
        }

        foreach (var campaign in await FindCampaigns(request.AudienceId))
        {
            check.Add("audience_id", FieldReasons.NotAllowed, $"is the audience of the campaign '{campaign}', which is not over");
        }

        check.ThrowIfAny();
        return await Book().Delete(request.AudienceId, request.Etag) switch
        {
            null => throw AudienceQuestions.NotFound(request.AudienceId),
            false => throw AudienceQuestions.Stale(),
            true => new(),
        };
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Data)]
    public override async Task<ListAudiencesResponse> ListAudiences(ListAudiencesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = check.PageSize(request.PageSize, DefaultPage, MaxOnPage);
        var after = PageToken.ReadId(Audiences, request.PageToken, check);
        check.ThrowIfAny();
        var rest = (await Book().All()).Where(saved => string.CompareOrdinal(saved.Id, after) > 0).ToList();
        return new()
        {
            Audiences = { rest.Take(size).Select(AudienceMap.ToAudience) },
            NextPageToken = rest.Count > size ? PageToken.WriteId(Audiences, rest[size - 1].Id) : "",
        };
    }

    // 10,000 ids of 64 bytes.
    [Call(CallClass.Bulk, Roles.Operator | Roles.Data, MaxMessageBytes = 1 << 20, Audit = AuditRule.Change)]
    public override async Task<UploadAudienceResponse> UploadAudience(
        IAsyncStreamReader<UploadAudienceRequest> requestStream, ServerCallContext context)
    {
        using var upload = new AudienceUpload(grains, room, context.GetCaller(), clock);
        var messages = new PromptStream<UploadAudienceRequest>(requestStream, clock);
        while (await messages.MoveNext(context.CancellationToken))
        {
            upload.Take(messages.Current);
        }

        return await upload.SaveAsync(context.CancellationToken);
    }

    private async ValueTask<List<string>> FindCampaigns(string audienceId)
    {
        var found = new List<string>();
        foreach (var entry in await grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).All())
        {
            if (entry.State is not (CampaignState.Finished or CampaignState.Cancelled)
                && (await grains.GetGrain<ICampaignGrain>(entry.CampaignId).Find())?.Definition.AudienceId == audienceId)
            {
                found.Add(entry.CampaignId);
            }
        }

        return found;
    }

    // A condition in the place of an uploaded list would take everyone off it.
    private void CheckNotNamed(string audienceId, RequestCheck check)
    {
        if (catalogs.Current.ContactPolicy.DoNotContact.FirstOrDefault(list => list.AudienceId == audienceId) is { } naming)
        {
            check.Add(
                "audience.audience_id", FieldReasons.NotAllowed,
                $"is named by the do-not-contact list '{naming.Id}' of the catalogue, and stays an uploaded list: upload its next version ('zhice audience upload', UploadAudience), or take the list out of the catalogue first");
        }
    }

    private ValueTask<AudienceQuestion> QuestionAsync(string path, AudienceRef? audience) => questions.ReadAsync(path, audience);

    private async ValueTask<AudienceCounts> CountAsync(ImmutableArray<AudienceQuestion> questions) => await Query().Count(questions);

    private static int GetLimit(int limit, int defaultLimit, int min, int max, RequestCheck check)
    {
        if (limit != 0 && (limit < min || limit > max))
        {
            check.Add("limit", FieldReasons.OutOfRange, $"is {limit}; {min} to {max} are allowed, or 0 for {defaultLimit}");
        }

        return limit == 0 ? defaultLimit : limit;
    }

    private IAudienceQueryGrain Query() => grains.GetGrain<IAudienceQueryGrain>(0);

    private ISavedAudiencesGrain Book() => grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key);
}
