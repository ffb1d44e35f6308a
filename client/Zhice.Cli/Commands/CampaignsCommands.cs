using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Catalogs.Campaigns;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice campaigns`: write, approve, run and watch campaigns.</summary>
internal static class CampaignsCommands
{
    public static Command Create() => new("campaigns", "Writes, approves, runs and watches campaigns. Example: zhice campaigns list")
    {
        Save(), List(), Show(), Rehearse(), CampaignEvaluationCommands.Why(), CampaignEvaluationCommands.Customers(), Approve(),
        Step("schedule", "Lets an approved campaign run when its time has come.", "It is scheduled.", async (session, id, _) =>
            (await session.Client.Campaigns.ScheduleCampaignAsync(new() { CampaignId = id }, cancellationToken: session.Cancellation)).Status),
        Step("pause", "Lets a campaign wait, and what of it waits for its channels.", "It waits.", async (session, id, why) =>
            (await session.Client.Campaigns.PauseCampaignAsync(new() { CampaignId = id, Comment = why }, cancellationToken: session.Cancellation)).Status),
        Step("resume", "Lets a paused campaign go on where it was.", "It goes on.", async (session, id, _) =>
            (await session.Client.Campaigns.ResumeCampaignAsync(
                new()
                {
                    CampaignId = id,
                    Etag = (await session.Client.Campaigns.GetCampaignAsync(new() { CampaignId = id }, cancellationToken: session.Cancellation)).Status.Etag,
                },
                cancellationToken: session.Cancellation)).Status),
        Step("cancel", "Ends a campaign for good; what of it waits for its channels is void.", "It is cancelled.", async (session, id, why) =>
            (await session.Client.Campaigns.CancelCampaignAsync(new() { CampaignId = id, Comment = why }, cancellationToken: session.Cancellation)).Status),
        Step("recall", "Makes void what of a campaign waits for its channels, also after it finished; a run goes on.", "What waited is void. A run that is under way goes on; 'zhice campaigns cancel' ends it.", async (session, id, why) =>
            (await session.Client.Campaigns.RecallCampaignAsync(new() { CampaignId = id, Comment = why }, cancellationToken: session.Cancellation)).Status),
        Watch(),
    };

    private static Command Save()
    {
        var file = File();
        var check = new Option<bool>("--check") { Description = "Checks only; nothing is saved." };
        var (etag, force) = (EditedEtag.Option(), EditedEtag.Force());
        return new Command("save", "Saves a draft, new or changed. Example: zhice campaigns save summer.yaml") { file, check, etag, force }.Runs(async session =>
        {
            var campaign = CampaignFile.Read(session.Get(file));
            var edited = session.Get(etag) ?? (session.Get(force) || session.Get(check) ? "" : EditedEtag.Find(session, session.Get(file), campaign.CampaignId) ?? EditedEtag.New);
            var answer = await EditedEtag.SaveAsync($"revision of '{campaign.CampaignId}'", $"zhice campaigns show {campaign.CampaignId}", async () => await session.Client.Campaigns.SaveCampaignAsync(
                new() { Campaign = campaign, ValidateOnly = session.Get(check), Etag = edited }, cancellationToken: session.Cancellation));
            foreach (var warning in session.Terminal.IsJson ? [] : answer.Warnings)
            {
                session.Terminal.Line($"warning: {warning}");
            }

            if (!session.Get(check))
            {
                EditedEtag.Keep(session, session.Get(file), campaign.CampaignId, answer.Status.Etag);
            }

            session.Terminal.Done(answer, session.Get(check) ? "It is sound." : $"Saved. Another person approves it: zhice campaigns approve {answer.Status.Campaign.CampaignId}");
        });
    }

    private static Command List() => new Command("list", "Lists the campaigns. Example: zhice campaigns list").Runs(async session =>
    {
        var campaigns = await Paging.TakeAsync<CampaignStatus>(10_000, async (size, token) =>
        {
            var page = await session.Client.Campaigns.ListCampaignsAsync(new() { PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
            return (page.Campaigns, page.NextPageToken);
        });
        session.Terminal.List(
            campaigns,
            ["campaign", "name", "state", "author", Column.Number("runs"), Column.Number("contacted"), "next run"],
            static status => new[]
            {
                status.Campaign.CampaignId, status.Campaign.DisplayName, EnumName.Words(status.State), status.Author,
                NumberText.Count(status.Runs.Count == 0 ? 0 : status.Runs[0].Run), NumberText.Count(status.Runs.Sum(static run => run.Contacted)), InstantText.Format(status.NextRunTime),
            });
    });

    private static Command Show()
    {
        var id = Id();
        var brief = new Option<bool>("--brief") { Description = "Without the audience's size, the texts and the rehearsal. Example: --brief" };
        var file = new Option<string?>("--out") { Description = "Writes it as a YAML file that can be edited and saved. Example: --out summer.yaml", HelpName = "FILE" };
        return new Command("show", "Shows a campaign: its figures, and before it runs all that is approved with it. Example: zhice campaigns show summer") { id, brief, file }.Runs(async session =>
        {
            var answer = await session.Client.Campaigns.GetCampaignAsync(new() { CampaignId = session.Get(id), Review = !session.Get(brief) }, cancellationToken: session.Cancellation);
            if (session.Get(file) is { } target)
            {
                CampaignFile.Write(answer.Status.Campaign, target);
                EditedEtag.Keep(session, target, answer.Status.Campaign.CampaignId, answer.Status.Etag);
                session.Terminal.Done(answer.Status, $"Wrote it to {target}; its etag is {answer.Status.Etag}.");
                return;
            }

            await ShowAsync(session, answer);
        });
    }

    // What is approved is what was shown: definition, audience, texts and, while it can be approved, a rehearsal.
    private static async Task ShowAsync(Session session, GetCampaignResponse answer)
    {
        CampaignTable.Print(session.Terminal, answer.Status);
        if (answer.Review is null)
        {
            return;
        }

        CampaignReviewTable.Print(session.Terminal, answer);
        if (answer.Status.State is CampaignState.Draft or CampaignState.Approved)
        {
            session.Terminal.Note("rehearsal: what a run would do");
            try
            {
                CampaignTable.Print(session.Terminal, await RehearseAsync(session, answer.Status.Campaign));
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound)
            {
                // Its time has passed since it was saved, or its saved audience is gone.
                session.Terminal.Note($"It cannot be rehearsed: {fault.Status.Detail}");
            }

            session.Terminal.Note($"To approve exactly this: zhice campaigns approve {answer.Status.Campaign.CampaignId} --etag {answer.Status.Etag}");
        }
    }

    private static Command Rehearse()
    {
        var file = File();
        var at = new Option<string?>("--at") { Description = $"As at when the run begins; without it, at its start or now. Example: --at {InstantText.Example}", HelpName = "TIME" };
        at.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !InstantText.TryParse(text, out _))
            {
                result.AddError($"--at must be a time with its offset, such as {InstantText.Example}, not '{text}'.");
            }
        });
        return new Command("rehearse", "Counts whom a campaign would contact, and what keeps the rest back; nobody is contacted. Example: zhice campaigns rehearse summer.yaml") { file, at }.Runs(async session =>
        {
            var atTime = InstantText.TryParse(session.Get(at) ?? "", out var instant) ? Timestamp.FromDateTimeOffset(instant) : null;
            var run = await RehearseAsync(session, CampaignFile.Read(session.Get(file)), atTime);
            if (!session.Terminal.IsJson)
            {
                session.Terminal.Line($"as at {InstantText.Format(run.StartTime)}");
            }

            CampaignTable.Print(session.Terminal, run);
        });
    }

    private static async Task<CampaignRun> RehearseAsync(Session session, Campaign campaign, Timestamp? at = null)
    {
        using var call = session.Client.Campaigns.RehearseCampaign(new() { Campaign = campaign, AtTime = at }, cancellationToken: session.Cancellation);
        var run = new CampaignRun();
        await foreach (var news in call.ResponseStream.ReadAllAsync(session.Cancellation))
        {
            run = news.Run;
        }

        return run;
    }

    private static Command Approve()
    {
        var id = Id();
        var etag = new Option<string?>("--etag") { Description = "The etag of what was seen, from 'campaigns show'. Without it, all is shown and asked. Example: --etag 3-1-5f3c", HelpName = "ETAG" };
        return new Command("approve", "Approves a draft as it was shown; none of its authors may. Example: zhice campaigns approve summer --etag 3-1-5f3c") { id, etag }.Runs(async session =>
        {
            if (session.Get(etag) is not { Length: > 0 } seen)
            {
                if (!session.Terminal.CanAsk)
                {
                    throw new UsageException($"Say with --etag what was seen: 'zhice campaigns show {session.Get(id)}' prints it.");
                }

                var read = await session.Client.Campaigns.GetCampaignAsync(new() { CampaignId = session.Get(id), Review = true }, cancellationToken: session.Cancellation);
                await ShowAsync(session, read);
                seen = read.Status.Etag;
                if (!session.Terminal.Asks("Do you approve this?"))
                {
                    throw new FailureException("It is not approved.");
                }
            }

            var answer = await session.Client.Campaigns.ApproveCampaignAsync(
                new() { CampaignId = session.Get(id), Etag = seen }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"Approved. It waits for: zhice campaigns schedule {session.Get(id)}");
        });
    }

    private static Command Step(string name, string about, string done, Func<Session, string, string, Task<CampaignStatus>> step)
    {
        var id = Id();
        var why = new Option<string>("--comment") { Description = "Why. Example: --comment 'wrong text'", HelpName = "TEXT", DefaultValueFactory = static _ => "" };
        return new Command(name, $"{about} Example: zhice campaigns {name} summer") { id, why }.Runs(async session =>
            session.Terminal.Done(await step(session, session.Get(id), session.Get(why) ?? ""), done));
    }

    private static Command Watch()
    {
        var id = Id();
        return new Command("watch", "Shows how far a campaign is until it is over. Example: zhice campaigns watch summer") { id }.Runs(async session =>
        {
            using var call = session.Client.Campaigns.WatchCampaign(new() { CampaignId = session.Get(id) }, cancellationToken: session.Cancellation);
            var last = await session.Terminal.WatchAsync(session.Get(id), async show =>
            {
                CampaignStatus? status = null;
                await foreach (var news in call.ResponseStream.ReadAllAsync(session.Cancellation))
                {
                    status = news.Status;
                    if (session.Terminal.IsJson)
                    {
                        session.Terminal.Json(status);
                    }
                    else if (status.Runs.Count > 0)
                    {
                        var run = status.Runs[0];
                        show(run.Expected == 0 ? 0 : Math.Min(1, (double)run.Matched / run.Expected), CampaignTable.Sentence(status));
                    }
                }

                return status;
            });
            if (last is not null && !session.Terminal.IsJson)
            {
                CampaignTable.Print(session.Terminal, last);
            }
        });
    }

    private static Argument<string> Id() => new("CAMPAIGN") { Description = "The campaign's id. Example: summer" };

    private static Argument<string> File() => new("FILE") { Description = "A YAML file with one campaign, see deploy/sample/campaigns. Example: summer.yaml" };
}
