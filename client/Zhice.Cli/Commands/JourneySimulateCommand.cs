using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Replay;
using Zhice.Cli.Running;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Journeys;
using Zhice.Domain.Tags;
using Catalog = Zhice.Domain.Catalogs.Catalog;

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
        var customer = new Option<string?>("--customer") { Description = "Starts with the tags of this customer, which stays as it is. Example: --customer 020235", HelpName = "CUSTOMER" };
        var campaign = new Option<bool>("--bank-marketing") { Description = "Plays the sample's real campaign through the journey bank_marketing_calls, and prints its funnel. Example: --bank-marketing" };
        return new Command("simulate", "Plays journeys on a virtual clock: nothing is stored, nobody is contacted. Example: zhice journeys simulate ./catalog --events events.csv")
        {
            folder, events, customer, campaign,
        }.Runs(async session =>
        {
            var catalog = Compile(session.Get(folder)!);
            if (session.Get(campaign))
            {
                JourneyTable.Print(session.Terminal, BankMarketingFunnel.Play(catalog, CampaignFile.ReadCalls()));
                return;
            }

            if (session.Get(events) is not { } file)
            {
                throw new FailureException("Give --events, or --bank-marketing.");
            }

            var id = session.Get(customer);
            var state = id is null ? new CustomerState() : await CopyAsync(session, id, catalog);
            Play(session, catalog, id ?? "somebody", state, file);
        });
    }

    private static Catalog Compile(string folder)
    {
        var compiled = CatalogCompiler.Compile(CatalogFiles.Read(folder), SymbolTable.Empty, 1);
        return compiled.Catalog ?? throw new FailureException(
            $"The catalogue has faults.\n{string.Join('\n', compiled.Faults.Select(static fault => $"{fault.Path}: {fault.Description}"))}");
    }

    // What the customer's tags are now; live tags begin anew.
    private static async Task<CustomerState> CopyAsync(Session session, string id, Catalog catalog)
    {
        var answer = await session.Client.Customers.GetCustomerAsync(new() { CustomerId = id }, cancellationToken: session.Cancellation);
        var state = new CustomerState();
        foreach (var tag in answer.Customer.Tags)
        {
            var text = tag.Value?.KindCase switch
            {
                V1.Value.KindOneofCase.BoolValue => tag.Value.BoolValue ? "true" : "false",
                V1.Value.KindOneofCase.IntegerValue => tag.Value.IntegerValue.ToString(CultureInfo.InvariantCulture),
                V1.Value.KindOneofCase.DecimalValue => tag.Value.DecimalValue,
                V1.Value.KindOneofCase.TimeValue => tag.Value.TimeValue.ToDateTimeOffset().ToString("O", CultureInfo.InvariantCulture),
                V1.Value.KindOneofCase.StringValue => tag.Value.StringValue,
                _ => null,
            };
            if (text is not null && catalog.TagsById.TryGetValue(tag.TagId, out var definition) && definition.Live is null && TagText.TryRead(text, definition) is { } value)
            {
                state.Tags.Set(definition.Number, value, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), TagSource.Api);
            }
        }

        return state;
    }

    private static void Play(Session session, Catalog catalog, string id, CustomerState state, string file)
    {
        JourneyRehearsal? rehearsal = null;
        var told = 0;
        foreach (var (number, line) in File.ReadLines(file).Index().Where(static line => line.Item.Trim() is { Length: > 0 } text && text[0] != '#'))
        {
            var parts = line.Split(',', 2);
            if (!DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                throw new FailureException($"Line {number + 1}: \"{parts[0]}\" is no time; write it as 2026-03-01T10:00:00Z.");
            }

            rehearsal ??= new(catalog, id, state, at.ToUnixTimeMilliseconds());
            rehearsal.GoTo(at.ToUnixTimeMilliseconds());
            Tell();
            var what = parts.ElementAtOrDefault(1)?.Trim() ?? "";
            session.Terminal.Line($"{TagText.Instant(at.ToUnixTimeMilliseconds())}  {what}");
            Happen(rehearsal, what, at.ToUnixTimeMilliseconds(), catalog, number + 1);
            Tell();
        }

        void Tell()
        {
            for (; told < rehearsal!.Steps.Count; told++)
            {
                session.Terminal.Line(Sentence(rehearsal.Steps[told], catalog));
            }
        }
    }

    private static void Happen(JourneyRehearsal rehearsal, string what, long atMs, Catalog catalog, int line)
    {
        if (what.Length == 0)
        {
            return;
        }

        if (what.Split('=', 2) is [var name, var text])
        {
            if (!catalog.TagsById.TryGetValue(name, out var tag))
            {
                throw new FailureException($"Line {line}: there is no tag '{name}'{NearestName.Hint(name, catalog.TagsById.Keys)}");
            }

            var value = TagText.TryRead(text, tag) ?? throw new FailureException($"Line {line}: \"{text}\" is no value of '{name}'; {TagText.Expected(tag)}.");
            rehearsal.Sets(new(tag.Number, TagOperation.Set, value, 0), atMs);
            return;
        }

        var type = catalog.EventTypes.GetValueOrDefault(what);
        if (type == 0)
        {
            throw new FailureException($"Line {line}: there is no event type '{what}'{NearestName.Hint(what, catalog.EventTypes.Keys)}");
        }

        rehearsal.Happens(type, atMs);
    }

    private static string Sentence(RehearsedStep step, Catalog catalog)
    {
        if (step.Move is { } move)
        {
            var name = catalog.Symbols.NameOf(SymbolKind.Journey, move.Journey);
            var by = JourneyTable.Way((V1.JourneyWay)move.Way, catalog.Symbols.NameOf(SymbolKind.EventType, move.EventType) ?? "");
            return move.Way switch
            {
                JourneyWay.Goal => $"{TagText.Instant(move.AtMs)}    {name}: goal reached",
                JourneyWay.NoRoom => $"{TagText.Instant(move.AtMs)}    {name}: not entered, the customer is in as many journeys as may be",
                _ => $"{TagText.Instant(move.AtMs)}    {name}: {JourneyTable.Stage(JourneyReports.StageOf(move.From, catalog))} -> {JourneyTable.Stage(JourneyReports.StageOf(move.To, catalog))}, by {by}",
            };
        }

        return step.Deed switch
        {
            ContactDeed contact => $"                          would contact: {contact.Order.ActionId} at {string.Join(", then ", contact.Order.PlacementIds)}",
            HandOffDeed handOff => $"                          would hand over to {handOff.Owner}: {handOff.Kind}, {handOff.ActionId} at {handOff.PlacementId}",
            _ => "",
        };
    }
}
