using Zhice.V1;

namespace Zhice.SampleTraffic;

/// <summary>The audiences of the day. Each day writes them again.</summary>
internal static class SampleAudiences
{
    public const string Called = "sample_called";

    private static readonly (string Id, string Name, string Expression)[] All =
    [
        (Called, "外呼对象：五十五岁以上", "tags.age >= 55"),
        ("sample_affluent", "富裕客户", "tags.segment == \"affluent\" && tags.aum >= 50000"),
        ("sample_borrowers", "近期浏览贷款", "has(tags.loan_page_views_7d) && tags.loan_page_views_7d >= 1"),
    ];

    public static async Task SaveAsync(SampleDay day, CancellationToken cancellation)
    {
        foreach (var (id, name, expression) in All)
        {
            await day.Operations.Audiences.SaveAudienceAsync(
                new() { Audience = new() { AudienceId = id, DisplayName = name, Expression = expression } },
                cancellationToken: cancellation);
        }
    }
}
