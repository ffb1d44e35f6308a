using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Erasures;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Erasures;
using Zhice.Domain.Tags;
using Zhice.V1;
using ConsentStatement = Zhice.Domain.Contacts.ConsentStatement;

namespace Zhice.Api.Customers;

/// <summary>One customer, live.</summary>
internal sealed class CustomerService(IGrainFactory grains, ICatalogs catalogs, TimeProvider time) : V1.CustomerService.CustomerServiceBase
{
    private const int DefaultPage = 20;
    private const int MaxOnPage = 64;
    private const int DefaultWords = 100;
    private const int MaxWords = 1_000;
    private const int MaxReasonBytes = 1_000;
    private const int HeldAtOnce = 100;

    [Call(CallClass.Read, Roles.Agent | Roles.Data, Audit = AuditRule.SensitiveRead)]
    public override async Task<GetCustomerResponse> GetCustomer(GetCustomerRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        check.ThrowIfAny();
        var record = await FindAsync(request.CustomerId);
        return new() { Customer = CustomerMap.ToCustomer(request.CustomerId, record, catalogs.Current, NowMs(), context.GetCaller().Roles) };
    }

    [Call(CallClass.Write, Roles.Data, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override async Task<UpdateTagsResponse> UpdateTags(UpdateTagsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        check.Text("request_id", request.RequestId, RequestCheck.MaxIdBytes);
        var changes = TagChanges.Read(request.Changes, catalogs.Current, NowMs(), check);
        check.ThrowIfAny();

        var answer = await Customer(request.CustomerId).UpdateTags(
            new(changes, request.RequestId, BodyHash.Compute(request), TagSource.Api));
        if (answer.Outcome == ChangeOutcome.OutOfRange)
        {
            check.Enter("changes", answer.Fault);
            check.Add("increment", FieldReasons.OutOfRange, "would carry the tag beyond 64 bits; nothing is changed");
            check.ThrowIfAny();
        }

        return new() { Version = GetVersion(answer) };
    }

    [Call(CallClass.Write, Roles.App | Roles.Agent, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override async Task<UpdateConsentResponse> UpdateConsent(UpdateConsentRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        check.Text("request_id", request.RequestId, RequestCheck.MaxIdBytes);
        ushort channel = 0;
        if (request.ChannelId.Length > 0)
        {
            if (catalog.Channels.TryGetValue(request.ChannelId, out var known))
            {
                channel = known.Number;
            }
            else
            {
                check.Unknown("channel_id", "channel", request.ChannelId, catalog.Channels.Keys);
            }
        }

        if (request.Purpose == Purpose.Personalization && request.ChannelId.Length > 0)
        {
            check.Add("channel_id", FieldReasons.NotAllowed, "must be empty: personalization is refused in all channels at once");
        }
        else if (request.Purpose == Purpose.Unspecified
            || !catalog.ContactPolicy.AsksConsent(channel, (Domain.Primitives.Purpose)request.Purpose))
        {
            check.Add(
                "purpose",
                request.Purpose == Purpose.Unspecified ? FieldReasons.Required : FieldReasons.NotAllowed,
                "must be PURPOSE_MARKETING or PURPOSE_PERSONALIZATION, or PURPOSE_SERVICE where the channel has service_consent: only these can be refused");
        }

        if (request.Source is < V1.ConsentSource.Unspecified or > V1.ConsentSource.Agent or V1.ConsentSource.Import
            or V1.ConsentSource.Receipt)
        {
            check.Add(
                "source", FieldReasons.NotAllowed,
                "must be one of form, text_message, call, app, agent, or not be set; import and receipt are the server's own");
        }

        check.Text("evidence_id", request.EvidenceId, ConsentStatement.MaxTextBytes);
        var atMs = request.ConsentTime is null ? (long?)null : check.Instant("consent_time", request.ConsentTime);
        if (atMs > NowMs())
        {
            check.Add(
                "consent_time", FieldReasons.OutOfRange, "lies in the future; it is when the customer said it, or is not set for now");
        }

        check.ThrowIfAny();
        var update = new ConsentUpdate(
            channel, (Domain.Primitives.Purpose)request.Purpose, request.Granted, request.RequestId, BodyHash.Compute(request))
        {
            AtMs = atMs, Source = (Domain.Contacts.ConsentSource)request.Source, EvidenceId = request.EvidenceId,
            Actor = context.GetCaller().Name,
        };
        var answer = await Customer(request.CustomerId).UpdateConsent(update);
        return new() { Version = GetVersion(answer) };
    }

    [Call(CallClass.Read, Roles.App | Roles.Agent, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListConsentStatementsResponse> ListConsentStatements(
        ListConsentStatementsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var isCustomer = check.Id("customer_id", request.CustomerId);
        var size = check.PageSize(request.PageSize, DefaultWords, MaxWords);
        var before = request.PageToken.Length > 0 && isCustomer ? ConsentPages.Read(request.CustomerId, request.PageToken, check) : null;
        check.ThrowIfAny();
        await FindAsync(request.CustomerId);
        var found = await grains.GetGrain<IConsentRecordsGrain>("consents").List(request.CustomerId, before, size + 1);
        return ConsentPages.Page(request.CustomerId, found, size, catalogs.Current);
    }

    [Call(CallClass.Read, Roles.Agent, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListCustomerContactsResponse> ListCustomerContacts(
        ListCustomerContactsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var isCustomer = check.Id("customer_id", request.CustomerId);
        var size = check.PageSize(request.PageSize, DefaultPage, MaxOnPage);
        ContactPlace? after = null;
        if (request.PageToken.Length > 0 && isCustomer)
        {
            after = ContactPlace.Read(request.CustomerId, request.PageToken, check);
        }

        check.ThrowIfAny();
        var record = await FindAsync(request.CustomerId);
        return ContactPages.Page(request.CustomerId, record.State.ContactLog, catalogs.Current, size, after);
    }

    [Call(CallClass.Bulk, Roles.Data, Audit = AuditRule.SensitiveRead)]
    public override async Task GetCustomerData(
        GetCustomerDataRequest request, IServerStreamWriter<GetCustomerDataResponse> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        check.ThrowIfAny();
        foreach (var part in await grains.GetGrain<IHeldDataGrain>("any").Collect(request.CustomerId))
        {
            foreach (var some in part.Entries.IsEmpty ? [[]] : part.Entries.Chunk(HeldAtOnce))
            {
                var entries = some.Select(static entry => JsonParser.Default.Parse<Google.Protobuf.WellKnownTypes.Struct>(entry));
                await responseStream.WriteAsync(new() { Place = part.Place, Entries = { entries } }, context.CancellationToken);
            }
        }
    }

    [Call(CallClass.Write, Roles.Data | Roles.Agent, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override async Task<DeleteTagsResponse> DeleteTags(DeleteTagsRequest request, ServerCallContext context)
    {
        var (check, catalog) = (new RequestCheck(), catalogs.Current);
        check.Id("customer_id", request.CustomerId);
        check.Text("request_id", request.RequestId, RequestCheck.MaxIdBytes);
        var tags = TagChanges.ReadDeletion(request.TagIds, request.All, catalog, check);
        check.ThrowIfAny();
        await FindAsync(request.CustomerId);
        return new() { Version = GetVersion(await Customer(request.CustomerId).DeleteTags(new(tags, request.All, request.RequestId, BodyHash.Compute(request)))) };
    }

    [Call(CallClass.Write, Roles.Data, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override async Task<EraseCustomerResponse> EraseCustomer(EraseCustomerRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        check.Id("request_id", request.RequestId);
        if (string.IsNullOrWhiteSpace(request.Reason))
        {
            check.Add("reason", FieldReasons.Required, "must say why, for the certificate, without data of the person");
        }
        else
        {
            check.Text("reason", request.Reason, MaxReasonBytes);
        }

        check.ThrowIfAny();
        var erasure = await grains.GetGrain<IErasureGrain>(request.CustomerId)
            .Erase(request.RequestId, context.GetCaller().Name, request.Reason);
        return new() { Erasure = ErasureMap.ToErasure(erasure) };
    }

    private static long GetVersion(ChangeAnswer answer) =>
        answer.Outcome == ChangeOutcome.RequestIdReused ? throw Refusals.RequestIdReused() : answer.Version;

    private async ValueTask<CustomerRecord> FindAsync(string customerId) =>
        await Customer(customerId).Find() ?? throw Refusals.CustomerNotFound();

    private ICustomerGrain Customer(string customerId) => grains.Customer(customerId);

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
