using Grpc.Core;
using Zhice.Api.Learning;
using Zhice.Api.Requests;
using Zhice.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.Domain.Simulations;
using Zhice.V1;
using Report = Zhice.Contracts.Simulations.FairnessReport;
using Slice = Zhice.Domain.Simulations.FairnessSlice;

namespace Zhice.Api.Tests.Learning;

/// <summary>What a fairness report may be asked for, and how it is written.</summary>
public sealed class FairnessMapTests
{
    private static readonly Domain.Catalogs.Catalog Bank = CatalogCompiler.Compile(SmallCatalog.Create(), SymbolTable.Empty, 1).Catalog!;

    [Theory]
    [InlineData("job", "app_home", "")]
    [InlineData("jobb", "app_home", "tag_id UNKNOWN_NAME")]
    [InlineData("phone", "app_home", "tag_id MISMATCH")]
    [InlineData("job", "", "placement_id REQUIRED")]
    [InlineData("job", "web", "placement_id UNKNOWN_NAME")]
    [InlineData("phone", "web", "placement_id UNKNOWN_NAME, tag_id MISMATCH")]
    public void A_request_is_refused_with_what_would_be_right(string tag, string placement, string refused)
    {
        var check = new RequestCheck();
        var query = FairnessMap.ToQuery(
            new() { ActionId = "fund", TagId = tag, PlacementId = placement }, Bank.ActionsById["fund"], Bank, check);

        var violations = check.Count == 0
            ? []
            : Assert.Throws<RpcException>(check.ThrowIfAny).GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.ToList();
        Assert.Equal(
            refused, string.Join(", ", violations.Select(static one => $"{one.Field} {one.Reason}").Order(StringComparer.Ordinal)));
        Assert.Equal(placement, check.Count == 0 ? query.PlacementId : placement);
    }

    [Fact]
    public void Values_are_written_as_in_the_catalogue_and_bins_by_their_bounds()
    {
        var job = Bank.TagsById["job"];
        var student = job.EnumNumbers["student"];
        var report = Write(
            "job", new Slice(new(false, student, null), 40, 0.1, 0.5, 1, 30, 0.2),
            new Slice(new(true, null, null), 31, 0.1, 0.1, 0.2, 3, null));
        Assert.Equal(
            ("student", "", false, true, false),
            (
                report.Slices[0].Value, report.Slices[0].From, report.Slices[0].Missing, report.Slices[0].HasAcceptedShare,
                report.Slices[0].Uneven));
        Assert.Equal((true, false, true), (report.Slices[1].Missing, report.Slices[1].HasAcceptedShare, report.Slices[1].Uneven));

        var bins = Write(
            "aum", new Slice(new(false, null, 15_000), 40, 0.1, 0, null, 0, null),
            new Slice(new(false, 15_000, null), 40, 0.1, 0, null, 0, null));
        Assert.Equal([("", "1.5"), ("1.5", "")], bins.Slices.Select(static slice => (slice.From, slice.To)));
        Assert.False(bins.Slices[0].HasOfferedRatio);
    }

    private static FairnessReport Write(string tag, params Slice[] slices) => FairnessMap.ToReport(
        new Report(100, 2, 0, 7, [.. slices], 1), new(1, Bank.ActionsById["fund"].Number, Bank.TagsById[tag].Number, "app_home"), Bank,
        DateTimeOffset.UnixEpoch);
}
