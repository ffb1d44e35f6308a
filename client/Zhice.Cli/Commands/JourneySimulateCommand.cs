using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Catalogs.Journeys;
using Zhice.Catalogs.Yaml;
using Zhice.Cli.Replay;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using TagText = Zhice.Domain.Tags.TagText;

namespace Zhice.Cli.Commands;

/// <summary>`zhice journeys simulate`: journeys on a virtual clock, for one customer or for a real campaign's.</summary>
internal static class JourneySimulateCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The catalogue with the journeys, as YAML files. Example: ./catalog" };
        var events = new Option<string?>("--events")
        {
            Description = "A file of lines such as 2026-03-01T10:00:00Z,login or 2026-03-01T10:00:00Z,age=35; a last line with a time alone lets time go on. Example: --events events.csv",
            HelpName = "FILE",
        };
        var customer = new Option<string?>("--customer") { Description = "Starts with a copy of this customer: tags, live tags, journeys under way, contacts; a silo plays it. Example: --customer 020235", HelpName = "CUSTOMER" };
        var campaign = new Option<bool>("--bank-marketing") { Description = "Plays the sample's real campaign through the journey bank_marketing_calls, and prints its funnel. Example: --bank-marketing" };
        return new Command("simulate", "Plays journeys on a virtual clock: nothing is stored, nobody is contacted. Example: zhice journeys simulate ./catalog --events events.csv")
        {
            folder, events, customer, campaign,
        }.Runs(async session =>
        {
            var catalog = Compile(session.Get(folder)!);
            if (session.Get(campaign))
            {
                JourneyTable.Print(session.Terminal, BankMarketingFunnel.Play(catalog, ReplayFile.ReadCalls()));
                return;
            }

            if (session.Get(events) is not { } file)
            {
                throw new FailureException("Give --events, or --bank-marketing.");
            }

            var happenings = Read(file, catalog);
            Print(session, happenings, session.Get(customer) is { } id
                ? (await session.Client.Journeys.SimulateJourneysAsync(
                    new() { CustomerId = id, Draft = CatalogFiles.Read(session.Get(folder)!), Happenings = { happenings } }, cancellationToken: session.Cancellation)).Steps
                : JourneySimulation.Run(catalog, "somebody", new CustomerState(), happenings));
        });
    }

    private static Catalog Compile(string folder)
    {
        var compiled = CatalogCompiler.Compile(CatalogFiles.Read(folder), SymbolTable.Empty, 1);
        return compiled.Catalog ?? throw new FailureException(
            $"The catalogue has faults.\n{string.Join('\n', compiled.Faults.Select(static fault => $"{fault.Path}: {fault.Description}"))}");
    }

    private static List<JourneyHappening> Read(string file, Catalog catalog)
    {
        var happenings = new List<JourneyHappening>();
        foreach (var (number, line) in File.ReadLines(file).Index().Where(static line => line.Item.Trim() is { Length: > 0 } text && text[0] != '#'))
        {
            var parts = line.Split(',', 2);
            if (!DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                throw new FailureException($"Line {number + 1}: \"{parts[0]}\" is no time; write it as 2026-03-01T10:00:00Z.");
            }

            if (happenings is [.., { } last] && at < last.Time.ToDateTimeOffset())
            {
                throw new FailureException($"Line {number + 1}: {parts[0]} is before the line ahead of it; put them in the order of time.");
            }

            var happening = new JourneyHappening { Time = Timestamp.FromDateTimeOffset(at) };
            Read(happening, parts.ElementAtOrDefault(1)?.Trim() ?? "", catalog, number + 1);
            happenings.Add(happening);
        }

        return happenings.Count > 0 ? happenings : throw new FailureException($"{file} has no line of an event.");
    }

    private static void Read(JourneyHappening happening, string what, Catalog catalog, int line)
    {
        if (what.Split('=', 2) is [var name, var text])
        {
            if (!catalog.TagsById.TryGetValue(name, out var tag))
            {
                throw new FailureException($"Line {line}: there is no tag '{name}'{NearestName.Hint(name, catalog.TagsById.Keys)}");
            }

            if (TagText.TryRead(text, tag) is null)
            {
                throw new FailureException($"Line {line}: \"{text}\" is no value of '{name}'; {TagText.Expected(tag)}.");
            }

            happening.Tag = new() { TagId = name, Value = text };
        }
        else if (what.Length > 0)
        {
            happening.EventTypeId = catalog.EventTypes.ContainsKey(what)
                ? what
                : throw new FailureException($"Line {line}: there is no event type '{what}'{NearestName.Hint(what, catalog.EventTypes.Keys)}");
        }
    }

    private static void Print(Session session, List<JourneyHappening> happenings, IEnumerable<SimulatedStep> steps)
    {
        if (session.Terminal.IsJson)
        {
            steps.ToList().ForEach(session.Terminal.Json);
            return;
        }

        var told = 0;
        foreach (var step in steps)
        {
            TellUpTo(step.Happenings);
            session.Terminal.Line($"{InstantText.Format(step.Time)}    {Sentence(step)}");
        }

        TellUpTo(happenings.Count);

        void TellUpTo(int count)
        {
            for (; told < count; told++)
            {
                var happening = happenings[told];
                session.Terminal.Line($"{InstantText.Format(happening.Time)}  {happening.EventTypeId}{(happening.Tag is { } tag ? $"{tag.TagId}={tag.Value}" : "")}");
            }
        }
    }

    private static string Sentence(SimulatedStep step) => step.WhatCase switch
    {
        SimulatedStep.WhatOneofCase.GoalOfJourneyId => $"{step.GoalOfJourneyId}: goal reached",
        SimulatedStep.WhatOneofCase.NoRoomInJourneyId => $"{step.NoRoomInJourneyId}: not entered, the customer is in as many journeys as may be",
        SimulatedStep.WhatOneofCase.Contact => $"would contact: {step.Contact.ActionId} at {string.Join(", then ", step.Contact.PlacementIds)}",
        SimulatedStep.WhatOneofCase.HandOff => $"would hand over to {step.HandOff.Owner}: {step.HandOff.Kind}, {step.HandOff.ActionId} at {step.HandOff.PlacementId}",
        _ => $"{step.Move.JourneyId}: {JourneyTable.Stage(step.Move.FromStageId)} -> {JourneyTable.Stage(step.Move.ToStageId)}, by {JourneyTable.Cause(step.Move.Cause, step.Move.EventTypeId)}",
    };
}
