using Grpc.Core;
using Zhice.Cli.Commands;
using Zhice.Cli.Lake;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Contacts;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using BehaviorScope = Zhice.V1.BehaviorScope;

namespace Zhice.Cli.Behavior;

/// <summary>Runs an analysis, on the server or on files, and saves the customers of a part of it.</summary>
internal sealed class BehaviorRun(Session session, BehaviorOptions options)
{
    private const int UsualDays = 30;

    /// <summary>Whose events.</summary>
    public BehaviorScope Scope { get; } = options.GetScope(session);

    /// <summary>How a call is made: an analysis may take a minute.</summary>
    public CallOptions Call { get; } = LongCall.Create(session);

    /// <summary>Answers, from files if there are any.</summary>
    public async Task<T> AskAsync<T>(Func<BehaviorFileAnalyses, T> files, Func<Task<T>> server) =>
        options.GetFiles(session).Length > 0 ? files(CreateFiles()) : await server();

    /// <summary>Saves the customers of a part, if that is asked for.</summary>
    /// <returns>False: nothing is to be saved.</returns>
    public async Task<bool> SaveAsync(SaveBehaviorAudienceRequest request)
    {
        if (options.GetSaved(session) is not { } id)
        {
            return false;
        }

        (request.Scope, request.Audience, request.Etag) = (Scope, new() { AudienceId = id }, options.GetEtag(session));
        var saved = await EditedEtag.SaveAsync(
            $"version of '{id}'", "zhice audience list",
            async () => options.GetFiles(session).Length > 0
                ? await UploadAsync(request)
                : (await session.Client.Behavior.SaveBehaviorAudienceAsync(request, Call)).Audience);
        session.Terminal.Done(saved, $"Saved {NumberText.Customers(saved.Listed)} as version {saved.Version} of the audience '{id}'.");
        return true;
    }

    private async Task<Audience> UploadAsync(SaveBehaviorAudienceRequest request)
    {
        var customers = CreateFiles().Find(request);
        if (customers.Count == 0)
        {
            throw new FailureException("The part has no customers, so nothing is saved.");
        }

        return (await AudienceCommands.UploadAsync(session, request.Audience, request.Etag, customers)).Audience;
    }

    private BehaviorFileAnalyses CreateFiles()
    {
        var today = new BankCalendar(BankCalendar.DefaultZone).GetDay(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var to = Scope.ToDate.Length == 0 ? today : ReportDimensions.ToDay(FactDays.Parse(Scope.ToDate));
        var from = Scope.FromDate.Length == 0 ? to - UsualDays + 1 : ReportDimensions.ToDay(FactDays.Parse(Scope.FromDate));
        return from <= to
            ? new(new(options.GetFiles(session), options.GetCustomers(session), Scope.Share), new DayRange(from, to), today - 1, session.Cancellation)
            : throw new UsageException($"--to {Scope.ToDate} is before --from {FactDays.Format(ReportDimensions.ToDate(from))}.");
    }
}
