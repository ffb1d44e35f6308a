using System.Collections;
using Zhice.Grains.Catalogs;
using Zhice.Grains.Decisions;
using Zhice.Grains.Sample;
using Zhice.Grains.Stops;

namespace Zhice.Grains.Tests;

/// <summary>
/// The states that PostgreSQL keeps as JSON, by the names of their properties. A property that is called otherwise is not found in what is
/// stored: so a name that was given is kept for ever. A new one is added to StoredJson.txt.
/// </summary>
public sealed class StoredJsonTests
{
    [Fact]
    public void Every_name_of_a_stored_property_that_was_given_is_kept()
    {
        Type[] states =
            [typeof(CatalogHistory), typeof(ChangeRequests), typeof(SampleLoad), typeof(StopsStored), typeof(StoredDecisionKey)];

        Assert.Equal(
            File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "StoredJson.txt")),
            states.SelectMany(static state => Names(state, state.Name)).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Names(Type type, string path) =>
        type.GetProperties().Where(static property => property.CanWrite && property.GetIndexParameters().Length == 0).SelectMany(property =>
        {
            var content = Content(property.PropertyType);
            var name = $"{path}.{property.Name}";
            return content.Namespace?.StartsWith(nameof(Zhice), StringComparison.Ordinal) == true && !content.IsEnum
                ? Names(content, name)
                : [name];
        });

    // What a list, a map or a value that may be missing holds.
    private static Type Content(Type type) =>
        type.IsArray ? Content(type.GetElementType()!)
        : type.IsGenericType
            && (typeof(IEnumerable).IsAssignableFrom(type) || Nullable.GetUnderlyingType(type) is not null) ? Content(
                type.GenericTypeArguments[^1])
        : type;
}
