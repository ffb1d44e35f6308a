using System.Collections.Immutable;
using Google.Protobuf;
using Zhice.Api.Recommendations;
using Zhice.Catalogs;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.TestBank;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

using Decision = Zhice.Domain.Decisions.Decision;
using ReasonCode = Zhice.Domain.Primitives.ReasonCode;

namespace Zhice.Api.Tests.Recommendations;

public sealed class EncodedResponseTests
{
    [Fact]
    public void Every_reply_has_the_bytes_of_its_message()
    {
        var template = new ResponseTemplate(CreateCatalog());
        for (var seed = 0; seed < 2_000; seed++)
        {
            var decision = CreateDecision(new Random(seed), template.Catalog);
            var lent = LentDecision.Of(decision);
            var bytes = new byte[template.Encoded.Measure(lent)];
            template.Encoded.Write(lent, bytes);

            Assert.Equal(template.ToResponse(decision).ToByteArray(), bytes);
        }
    }

    private static Catalog CreateCatalog()
    {
        var definition = SmallCatalog.Create();
        definition.Placements[0].Fallback = new() { Title = "Welcome", Body = "欢迎" };
        definition.ExperimentLayers.Add(new ExperimentLayer
        {
            LayerId = "layer",
            Experiments =
            {
                CreateExperiment("tone", "kind", "brief"), CreateExperiment("rate", "high", "low", "none"),
            },
        });
        var compiled = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1);
        return compiled.Catalog ?? throw new InvalidOperationException(string.Join("; ", compiled.Faults));
    }

    private static Experiment CreateExperiment(string id, params string[] arms) => new()
    {
        ExperimentId = id, DisplayName = id, Share = 0.5, Arms = { arms.Select(static arm => new Arm { ArmId = arm }) },
    };

    private static Decision CreateDecision(Random dice, Catalog catalog)
    {
        var placements = catalog.Placements.Values.OrderBy(static placement => placement.Number).ToList();
        var placement = placements[dice.Next(placements.Count)];
        var offers = placement.Candidates.OrderBy(_ => dice.Next()).Take(dice.Next(4)).Select(candidate => new Verdict(
            dice.Next(8) == 0 ? ushort.MaxValue : candidate.Action.Number, ReasonCode.Offered, -1, Number(dice), Number(dice) * 1e6, 3,
            Number(dice), (byte)dice.Next(candidate.Treatments.Length), (float)Number(dice))).ToImmutableArray();
        return new()
        {
            Id = new(((ulong)dice.NextInt64() << 16) | placement.Number, (ulong)dice.NextInt64()),
            CustomerId = "020235",
            CatalogVersion = catalog.Version,
            StateVersion = 1,
            OfferedCount = offers.Length,
            Verdicts = offers.Add(new(1, ReasonCode.CapReached, 0, 0, 0, 0)),
            Arms = [.. catalog.Experiments.Select(experiment => (byte)dice.Next(experiment.Arms.Length + 1))],
        };
    }

    private static double Number(Random dice) => dice.Next(4) == 0 ? 0 : dice.NextDouble();
}
