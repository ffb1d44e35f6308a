using System.Globalization;
using Zhice.Domain.Expressions;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Catalogs.Experiments;

/// <summary>Checks what lets the arm of an experiment or a campaign be promoted without a person.</summary>
internal static class PromotionCompiler
{
    private const long MinExpected = 100;
    private const long MaxExpected = 1_000_000_000;

    /// <summary>The promotion; null where none is said, or with faults.</summary>
    public static WinnerPromotion? Compile(string path, V1.WinnerPromotion? promotion, IEnumerable<string> outcomeIds, CatalogFaults faults)
    {
        if (promotion is null)
        {
            return null;
        }

        if (!outcomeIds.Contains(promotion.OutcomeId, StringComparer.Ordinal))
        {
            var name = ShortName.Shorten(promotion.OutcomeId);
            faults.Add(
                $"{path}.outcome_id",
                name.Length == 0 ? "found none; name an outcome of the catalogue" : $"there is no outcome '{name}'{NearestName.Hint(name, outcomeIds)}");
        }

        if (promotion.Confidence != 0 && !(promotion.Confidence is >= WinnerPromotion.MinConfidence and < 1))
        {
            faults.Add($"{path}.confidence", string.Create(
                CultureInfo.InvariantCulture,
                $"found {promotion.Confidence}; it is {WinnerPromotion.MinConfidence} to below 1, or 0 for {WinnerPromotion.DefaultConfidence}"));
        }

        if (promotion.ExpectedCustomers is not 0 and (< MinExpected or > MaxExpected))
        {
            faults.Add($"{path}.expected_customers", string.Create(
                CultureInfo.InvariantCulture,
                $"found {promotion.ExpectedCustomers}; it is {MinExpected} to {MaxExpected}, or 0 for {WinnerPromotion.DefaultExpected}"));
        }

        return new(
            promotion.OutcomeId,
            promotion.Confidence == 0 ? WinnerPromotion.DefaultConfidence : promotion.Confidence,
            promotion.ExpectedCustomers == 0 ? WinnerPromotion.DefaultExpected : promotion.ExpectedCustomers);
    }
}
