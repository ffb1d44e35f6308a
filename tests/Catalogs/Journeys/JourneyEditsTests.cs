using Zhice.Catalogs.Journeys;
using Zhice.Domain.Catalogs;
using Zhice.V1;
using static Zhice.TestBank.TestJourneys;

namespace Zhice.Catalogs.Tests.Journeys;

public sealed class JourneyEditsTests
{
    [Fact]
    public void A_version_with_members_is_not_to_be_changed_but_for_its_names_entry_and_mappings()
    {
        var journey = Journey("loan", "a", Stage("drawn", On("b", "settled")), Stage("settled"));
        var renamed = journey.Clone();
        (renamed.DisplayName, renamed.Stages[0].DisplayName, renamed.Entry.MaxEntries) = ("A loan", "Drawn", 5);
        var symbols = Compiled(journey).Symbols;
        Assert.Empty(JourneyEdits.Find(Bank(journey), Bank(renamed), symbols));
        Assert.Empty(JourneyEdits.Find(Bank(journey), Bank(), symbols));

        var changed = journey.Clone();
        changed.Stages[0].Transitions.Add(After(TimeSpan.FromHours(1), "settled"));
        Assert.Equal((0, journey), Assert.Single(JourneyEdits.Find(Bank(journey), Bank(changed), symbols)));
        var second = journey.Clone();
        second.Version = 2;
        second.Mappings.Add(new JourneyMapping { FromVersion = 1 });
        Assert.Empty(JourneyEdits.Find(Bank(journey), Bank(changed, second), symbols));

        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("a");
        Assert.Equal(1, Members());
        customer.Happens("b");
        Assert.Equal(0, Members());

        long Members() => JourneyEdits.CountMembers(
            journey, customer.Moves.Select(static move => new Domain.Journeys.JourneyCount(move, 1)), customer.Catalog.Symbols);
    }

    [Fact]
    public void A_journey_and_its_stages_that_get_other_ids_keep_who_is_in_them()
    {
        var journey = Journey("loan", "a", Stage("drawn", On("b", "settled")), Stage("settled"));
        journey.GoalStageIds.Add("settled");
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("a");
        var renamed = journey.Clone();
        (
            renamed.JourneyId, renamed.Stages[0].StageId, renamed.Stages[1].StageId, renamed.Stages[0].Transitions[0].ToStageId,
            renamed.GoalStageIds[0]) =
            ("credit", "paid_out", "paid_back", "paid_back", "paid_back");
        renamed.Formerly.Add("loan");
        renamed.Stages[0].Formerly.Add("drawn");
        renamed.Stages[1].Formerly.Add("settled");

        customer.Catalog = CatalogCompiler.Compile(Bank(renamed), customer.Catalog.Symbols, 2).Catalog!;
        Assert.Empty(JourneyEdits.Find(Bank(journey), Bank(renamed), customer.Catalog.Symbols));
        Assert.Equal(("paid_out", "loan"), (customer.StageIn("credit"), customer.Catalog.Journeys.All[0].FirstId));
        customer.Happens("b");

        Assert.Equal(["->paid_out Entered", "paid_out>paid_back Event", "->paid_back Goal"], customer.Path);
        var report = Assert.Single(JourneyReports.Create(
            customer.Moves[0].Journey, customer.Moves.Select(static move => new Domain.Journeys.JourneyCount(move, 1)), customer.Catalog));
        Assert.Equal((1, 1, 0), (report.Entered, report.Converted, report.InNow));
        Assert.Equal(["paid_out", "paid_back"], report.Stages.Select(static stage => stage.StageId));

        // Without the former id they are stages of their own, and the version is another.
        renamed.Stages[0].Formerly.Clear();
        renamed.Stages[0].StageId = "another";
        Assert.Single(
            JourneyEdits.Find(
                Bank(journey), Bank(renamed), CatalogCompiler.Compile(Bank(renamed), Compiled(journey).Symbols, 2).Catalog!.Symbols));
    }
}
