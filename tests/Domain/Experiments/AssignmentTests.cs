using System.Collections.Immutable;
using System.Globalization;
using FsCheck.Xunit;
using Zhice.Domain.Experiments;

namespace Zhice.Domain.Tests.Experiments;

public sealed class AssignmentTests
{
    private const int Customers = 40_000;

    private static readonly ImmutableArray<string> Ids =
        [.. Enumerable.Range(0, Customers).Select(static i => i.ToString("D8", CultureInfo.InvariantCulture))];

    [Property]
    public void A_customer_is_drawn_alike_each_time(string? salt, string? customer) => Assert.Equal(
        Assignment.GetPart(Assignment.GetSalt(salt ?? ""), customer ?? ""),
        Assignment.GetPart(Assignment.GetSalt(salt ?? ""), string.Concat(customer)));

    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void A_holdout_keeps_its_share_out(int share)
    {
        ImmutableArray<Holdout> holdouts = [new("h", Assignment.GetSalt("h"), share)];

        AssertNear(share / 10_000.0, Share(id => Assignment.HeldOut(holdouts, id) != 0));
    }

    [Fact]
    public void A_holdout_that_grows_keeps_out_whom_it_kept_out()
    {
        var salt = Assignment.GetSalt("h");

        Assert.DoesNotContain(Ids, id =>
            Assignment.HeldOut([new("h", salt, 500)], id) != 0 && Assignment.HeldOut([new("h", salt, 600)], id) == 0);
    }

    [Fact]
    public void Holdouts_draw_apart_from_each_other()
    {
        ImmutableArray<Holdout> holdouts = [new("a", Assignment.GetSalt("a"), 2_000), new("b", Assignment.GetSalt("b"), 3_000)];

        AssertNear(0.2 * 0.3, Share(id => Assignment.HeldOut(holdouts, id) == 0b11));
    }

    [Fact]
    public void A_customer_is_in_one_experiment_of_a_layer_at_the_most_and_layers_draw_apart()
    {
        ImmutableArray<Experiment> experiments =
        [
            Experiment("price", "one", 0, 4_000, 1, 2), Experiment("colour", "one", 4_000, 8_000, 1, 2),
            Experiment("hour", "two", 0, 5_000, 3, 4),
        ];

        AssertNear(0.2, Share(id => ArmsOf(experiments, id)[0] == 1));
        AssertNear(0.2, Share(id => ArmsOf(experiments, id)[1] == 2));
        AssertNear(0.5 * 0.75, Share(id => ArmsOf(experiments, id)[2] == 1));
        Assert.DoesNotContain(Ids, id => ArmsOf(experiments, id)[0] > 0 && ArmsOf(experiments, id)[1] > 0);
        AssertNear(0.2 * 0.125, Share(id => ArmsOf(experiments, id) is [1, _, 2]));
    }

    [Fact]
    public void An_experiment_within_an_arm_has_customers_of_that_arm_alone()
    {
        ImmutableArray<Experiment> experiments =
        [
            Experiment("outer", "one", 0, 10_000, 1, 2), Experiment("inner", "two", 0, 10_000, 1, 2) with { Within = new(0, 2) },
        ];

        AssertNear(0.25, Share(id => ArmsOf(experiments, id) is [2, 1]));
        AssertNear(0.25, Share(id => ArmsOf(experiments, id) is [2, 2]));
        AssertNear(0.5, Share(id => ArmsOf(experiments, id) is [1, 0]));
    }

    private static Experiment Experiment(string id, string layer, int from, int to, params int[] upTo) => new()
    {
        Id = id,
        LayerSalt = Assignment.GetSalt(layer),
        From = from,
        To = to,
        ArmSalt = Assignment.GetSalt(id),
        Arms = [.. upTo.Select(static (weights, i) => new Arm($"arm{i}", weights))],
    };

    private static byte[] ArmsOf(ImmutableArray<Experiment> experiments, string id)
    {
        var arms = new byte[experiments.Length];
        Assignment.Arms(experiments, id, arms);
        return arms;
    }

    private static double Share(Func<string, bool> holds) => Ids.Count(holds) / (double)Customers;

    // 5 standard deviations of a share of so many; the ids are fixed, so this never fails by chance.
    private static void AssertNear(double expected, double share) =>
        Assert.InRange(Math.Abs(share - expected), 0, 5 * Math.Sqrt(expected * (1 - expected) / Customers));
}
