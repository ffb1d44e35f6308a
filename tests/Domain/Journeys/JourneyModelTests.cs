using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.V1;
using static Zhice.TestBank.TestJourneys;
using TransitionCause = Zhice.Domain.Journeys.TransitionCause;

namespace Zhice.Domain.Tests.Journeys;

/// <summary>
/// Random journeys, events, changes of tags, timers that fire late, twice or in the wrong order, and restarts: the customer
/// makes the same moves, once each, as a naive interpreter that plays the whole log.
/// </summary>
[Trait("Category", "Slow")]
public sealed class JourneyModelTests(ITestOutputHelper output)
{
    private static readonly string[] Events = ["a", "b", "c", "d"];
    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(7), TimeSpan.FromHours(2), TimeSpan.FromDays(1)];

    [Fact]
    public void Whatever_happens_the_moves_are_those_of_a_naive_interpreter()
    {
        var (played, moves) = (0, 0);
        for (var seed = 1; played < 400; seed++)
        {
            var chance = new Random(seed);
            Journey[] journeys = [.. Enumerable.Range(0, chance.Next(1, 4)).Select(n => RandomJourney(chance, $"j{n}"))];
            if (CatalogCompiler.Compile(Bank(journeys), SymbolTable.Empty, 1).Catalog is { } catalog)
            {
                played++;
                moves += Play(seed, chance, journeys, catalog);
            }
        }

        output.WriteLine($"{played} sets of journeys, {moves} moves");
        Assert.True(moves > 10_000);
    }

    private static int Play(int seed, Random chance, Journey[] journeys, Domain.Catalogs.Catalog catalog)
    {
        var customer = new JourneyCustomer(catalog, TestBank.Bank.Now);
        var naive = new NaiveJourneys(journeys, catalog.Calendar);
        for (var step = 0; step < 60; step++)
        {
            customer.NowMs += 60_000L * chance.Next(1, chance.Next(4) == 0 ? 2_000 : 60);
            switch (chance.Next(8))
            {
                case 0:
                    var age = chance.Next(0, 100);
                    customer.Sets("age", age);
                    naive.SetsAge(age, customer.NowMs);
                    break;
                case 1 or 2:
                    // All that is due fires now, late, and some of it twice.
                    var due = customer.Timers.Values.Where(timer => timer.DueAtMs <= customer.NowMs).ToArray();
                    chance.Shuffle(due);
                    foreach (var timer in due.Concat(due.Take(1)))
                    {
                        customer.Fire(timer);
                    }

                    customer.FireDue();
                    naive.GoTo(customer.NowMs);
                    break;
                case 3:
                    customer.Restart();
                    break;
                default:
                    var type = Events[chance.Next(Events.Length)];
                    customer.Happens(type);
                    naive.Happens(type, customer.NowMs);
                    break;
            }
        }

        customer.FireDue();
        naive.GoTo(customer.NowMs);
        string[] moves =
        [
            .. customer.Moves.Where(static move => move.Cause is not (TransitionCause.Goal or TransitionCause.NoRoom)).Select(move =>
                $"{catalog.Symbols.FindName(SymbolKind.Journey, move.Journey)}: {Named(move.From)}>{Named(move.To)} {move.AtMs}"),
        ];
        Assert.True(naive.Moves.SequenceEqual(moves), $"Seed {seed}:\n{string.Join('\n', journeys.Select(static journey => journey.ToString()))}\n"
            + $"naive:\n{string.Join('\n', naive.Moves)}\n\ncustomer:\n{string.Join('\n', moves)}");
        return moves.Length;

        string Named(ushort stage) => stage == 0 ? "" : customer.NameOf(stage);
    }

    private static Journey RandomJourney(Random chance, string id)
    {
        var stages = Enumerable.Range(0, chance.Next(2, 6)).Select(n => new JourneyStage { StageId = $"s{n}" }).ToArray();
        for (var i = 0; i < stages.Length; i++)
        {
            stages[i].Final = i > 0 && chance.Next(5) == 0;
            for (var ways = stages[i].Final ? 0 : chance.Next(1, 4); ways > 0; ways--)
            {
                var to = chance.Next(6) == 0
                    ? ""
                    : stages[Math.Min(stages.Length - 1, i + chance.Next(-1, 3) is var n && n < 0 ? 0 : n)].StageId;
                var condition = chance.Next(2) == 0 ? $"tags.age >= {chance.Next(100)}" : "";
                stages[i].Transitions.Add(chance.Next(5) switch
                {
                    0 => When($"tags.age >= {chance.Next(100)}", to),
                    1 => After(Waits[chance.Next(Waits.Length)], to, condition),
                    2 => At($"{chance.Next(24):00}:{chance.Next(60):00}", to, condition),
                    _ => On(Events[chance.Next(Events.Length)], to, condition),
                });
            }

            if (chance.Next(3) == 0)
            {
                // What only ends make happen lets nobody enter: else they might go round for ever.
                stages[i].OnEnter.Add(!stages[i].Final || chance.Next(2) == 0
                    ? new StageAction { SetTag = new() { TagId = "age", Value = $"{chance.Next(100)}" } }
                    : new StageAction { EmitEventTypeId = Events[chance.Next(2, Events.Length)] });
            }
        }

        var journey = Journey(id, Events[chance.Next(2)], stages);
        journey.Entry.When = chance.Next(3) == 0 ? $"tags.age >= {chance.Next(60)}" : "";
        journey.Entry.AgainAfter = chance.Next(2) == 0 ? Duration.FromTimeSpan(TimeSpan.FromHours(chance.Next(5))) : null;
        journey.ExitWhen = chance.Next(4) == 0 ? $"tags.age >= {chance.Next(60, 100)}" : "";
        return journey;
    }
}
