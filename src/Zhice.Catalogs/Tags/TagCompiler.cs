using System.Collections.Frozen;
using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Catalogs.Yaml;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Catalogs.Tags;

/// <summary>Checks the tags of a definition and gives them their numbers.</summary>
internal sealed class TagCompiler(SymbolTable symbols, long version, CatalogIds subclasses, CatalogIds eventTypes, CatalogFaults faults)
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    private readonly TagCrossings _crossings = new(symbols, faults);
    private readonly LiveTagHistory _history = LiveTagHistory.In(symbols);

    private readonly ILookup<string, string> _valuesOfAllVersions = symbols.GetNames(SymbolKind.EnumValue)
        .Select(static name => name.Split('=', 2))
        .ToLookup(parts => parts[0], parts => parts[1]);

    /// <summary>The tags whose id and type are right: the others cannot be referred to.</summary>
    public ImmutableArray<TagDefinition> Compile(RepeatedField<V1.TagDefinition> definitions)
    {
        faults.AtMost("tags", definitions.Count, 8192, "tags");
        var ids = new CatalogIds("tag", faults);
        var tags = ImmutableArray.CreateBuilder<TagDefinition>(definitions.Count);
        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var path = $"tags[{i}]";
            var isNamed = ids.Add(path, "tag_id", definitions[i].TagId);
            if (Compile(path, definitions[i]) is { } tag && isNamed)
            {
                tags.Add(tag);
            }
        }

        _crossings.Check(tags);
        return tags.ToImmutable();
    }

    private TagDefinition? Compile(string path, V1.TagDefinition definition)
    {
        faults.DisplayName($"{path}.display_name", definition.DisplayName, definition.TagId);
        subclasses.Knows($"{path}.subclass_id", definition.SubclassId);
        CheckEnumValues(path, definition);
        if (definition.Type is < V1.TagType.Bool or > V1.TagType.String)
        {
            var found = definition.Type == V1.TagType.Unspecified ? "the type is missing" : $"{(int)definition.Type} is no type";
            faults.Add($"{path}.type", $"{found}; it is one of bool, integer, decimal, time, enum, string");
            return null;
        }

        var type = (TagType)definition.Type;
        CheckTypeAgainstEarlierVersions(path, definition.TagId, type);
        CheckFunctionAgainstEarlierVersions(path, definition);
        CheckSourceAgainstEarlierVersions(path, definition);
        var number = symbols.Find(SymbolKind.Tag, definition.TagId);
        var values = definition.EnumValues.ToHashSet(StringComparer.Ordinal);
        var names = _valuesOfAllVersions[definition.TagId]
            .Select(value => (Value: value, Number: symbols.Find(SymbolKind.EnumValue, CatalogSymbols.EnumValue(definition.TagId, value))))
            .ToList();
        var protection = ProtectionCompiler.Compile(path, definition, faults);
        return new TagDefinition
        {
            Id = definition.TagId,
            Number = number,
            Type = type,
            EnumNumbers = names.Where(name => values.Contains(name.Value))
                .ToFrozenDictionary(name => name.Value, name => name.Number, StringComparer.Ordinal),
            EnumNames = names.ToFrozenDictionary(name => name.Number, name => name.Value),
            IsSensitive = IsSensitive(definition),
            Protection = protection,
            Live = definition.Live is { } live ? Compile($"{path}.live", definition.TagId, live, number, type) : null,
            FedBy = definition.Live is { } fed ? symbols.Find(SymbolKind.EventType, fed.EventTypeId) : (ushort)0,
            Unread = Unread($"{path}.model_feature", definition),
            BinWidth = BinWidth($"{path}.model_feature.bin_width", definition.ModelFeature?.BinWidth ?? "", type),
            FineBinWidth = FineBinWidth($"{path}.model_feature.fine_bin_width", definition.ModelFeature, type),
            CrossedWith = _crossings.GetNumbers($"{path}.model_feature.crossed_with", definition),
            TimeToLiveMs = TimeToLive($"{path}.time_to_live", definition),
            FeatureSeed = FeatureVector.GetSeed("tag:" + symbols.FindFirstName(SymbolKind.Tag, number)),
        };
    }

    // What names or identifies a person is no feature by oversight: a model could learn the one customer by heart.
    private UnreadReason? Unread(string path, V1.TagDefinition definition)
    {
        var isIncluded = definition.ModelFeature?.Included ?? false;
        var isLiveString = definition is { Type: V1.TagType.String, Live: not null };
        if (definition.ModelFeature?.Excluded ?? false)
        {
            if (isIncluded)
            {
                faults.Add($"{path}.included", "the tag is excluded too; leave one of both out");
            }

            return UnreadReason.Excluded;
        }

        if (isIncluded && isLiveString)
        {
            faults.Add($"{path}.included", "the tag is a live string, which no model reads; an enum is read");
        }

        return isLiveString ? UnreadReason.LiveString
            : isIncluded ? null
            : IsSensitive(definition) ? UnreadReason.Sensitive
            : definition.Type == V1.TagType.String ? UnreadReason.String
            : null;
    }

    private static bool IsSensitive(V1.TagDefinition definition) =>
        definition.Sensitive || definition.Protection?.Level >= TagProtection.SensitiveLevel;

    private void CheckEnumValues(string path, V1.TagDefinition definition)
    {
        const int MaxValues = 1024;
        var count = definition.EnumValues.Count;
        if (definition.Type != V1.TagType.Enum)
        {
            if (count > 0)
            {
                faults.Add($"{path}.enum_values", $"found {count} values, and the tag is no enum; leave them out, or let its type be enum");
            }

            return;
        }

        if (count == 0)
        {
            faults.Add($"{path}.enum_values", $"found none; an enum tag has 1 to {MaxValues} values");
        }

        faults.AtMost($"{path}.enum_values", count, MaxValues, "values");
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < count && !faults.IsFull; i++)
        {
            var value = faults.Text($"{path}.enum_values[{i}]", definition.EnumValues[i], 64);
            if (value.Length == 0)
            {
                faults.Add($"{path}.enum_values[{i}]", "the value is empty; a value has 1 to 64 bytes");
            }
            else if (!first.TryAdd(value, i))
            {
                faults.Add(
                    $"{path}.enum_values[{i}]",
                    $"\"{ShortName.Shorten(value)}\" is there already, at {first[value]}; each value is there once");
            }
        }
    }

    // Customers hold values of the type that the tag had first; they would be read as something else.
    private void CheckFunctionAgainstEarlierVersions(string path, V1.TagDefinition definition)
    {
        foreach (var other in Enum.GetValues<LiveFunction>())
        {
            if (definition.Live is { } live && other != (LiveFunction)live.Function
                && symbols.Find(SymbolKind.TypedTag, CatalogSymbols.TypedTag(definition.TagId, other)) != 0)
            {
                faults.Add(
                    $"{path}.live.function",
                    $"the tag computed {other} in an earlier version and stays so; another function takes another tag");
            }
        }
    }

    private void CheckTypeAgainstEarlierVersions(string path, string tagId, TagType type)
    {
        foreach (var other in Enum.GetValues<TagType>())
        {
            if (other != type && symbols.Find(SymbolKind.TypedTag, CatalogSymbols.TypedTag(tagId, other)) is var number && number != 0)
            {
                var earlier = other.ToString().ToLowerInvariant();
                faults.Add(
                    $"{path}.type",
                    $"the tag was of type {earlier} in an earlier version and stays so; a tag of another type takes another id");
            }
        }
    }

    private LiveTagRule Compile(string path, string tagId, V1.LiveTag live, ushort tag, TagType type)
    {
        eventTypes.Knows($"{path}.event_type_id", live.EventTypeId);
        faults.Text($"{path}.property", live.Property, 128);
        CheckFunction(path, live, type);

        var windowMs = 0L;
        if (live.Window is null)
        {
            faults.Add($"{path}.window", "the window is missing; it may be 1m to 90d");
        }
        else
        {
            windowMs = faults.Span($"{path}.window", live.Window, OneMinute, TimeSpan.FromDays(90));
            if (live.Function == V1.LiveFunction.DistinctDays && windowMs % TimeSpan.MillisecondsPerDay != 0)
            {
                faults.Add(
                    $"{path}.window", $"found {DurationText.Format(live.Window)}; distinct days are counted over whole days, 1d to 90d");
            }
        }

        return new LiveTagRule(
            tag, type, (LiveFunction)live.Function, Math.Max(windowMs, 60_000), live.Property.Length == 0 ? null : live.Property)
        {
            KnownFromMs = _history.KnownFromMs(tagId, version),
        };
    }

    // Customers keep what was observed under the tag's number: of another event or property it would be mixed up.
    private void CheckSourceAgainstEarlierVersions(string path, V1.TagDefinition definition)
    {
        if (definition.Live is { } live && _history.SourceBefore(definition.TagId, version) is { } before)
        {
            if (live.EventTypeId != before.EventTypeId)
            {
                faults.Add($"{path}.live.event_type_id", $"the tag was computed from '{before.EventTypeId}' in an earlier version and stays so; another event takes another tag");
            }

            if (live.Property != before.Property)
            {
                var earlier = before.Property.Length == 0 ? "no property" : $"\"{ShortName.Shorten(before.Property)}\"";
                faults.Add(
                    $"{path}.live.property",
                    $"the tag read {earlier} in an earlier version and stays so; another property takes another tag");
            }
        }
    }

    private void CheckFunction(string path, V1.LiveTag live, TagType type)
    {
        var hasProperty = live.Property.Length > 0;
        var needed = live.Function switch
        {
            V1.LiveFunction.Count or V1.LiveFunction.DistinctDays when type != TagType.Integer => "an integer tag",
            V1.LiveFunction.Sum when type is not (TagType.Integer or TagType.Decimal) => "an integer or decimal tag",
            V1.LiveFunction.Last when !hasProperty && type != TagType.Time => "a time tag, for want of a property",
            _ => null,
        };
        if (live.Function is < V1.LiveFunction.Count or > V1.LiveFunction.DistinctDays)
        {
            var found = live.Function == V1.LiveFunction.Unspecified ? "the function is missing" : $"{(int)live.Function} is no function";
            faults.Add($"{path}.function", $"{found}; it is one of count, sum, last, distinct_days");
        }
        else if (needed is not null)
        {
            faults.Add($"{path}.function", $"the tag is of type {type.ToString().ToLowerInvariant()}; this function needs {needed}");
        }

        if (live.Function == V1.LiveFunction.Sum && !hasProperty)
        {
            faults.Add($"{path}.property", "the property is missing; a sum needs one");
        }
        else if (live.Function is V1.LiveFunction.Count or V1.LiveFunction.DistinctDays && hasProperty)
        {
            faults.Add($"{path}.property", "only sum and last read a property; leave it out");
        }
    }

    private long BinWidth(string path, string text, TagType type)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        if (type is not (TagType.Integer or TagType.Decimal))
        {
            faults.Add(path, "only integer and decimal tags have bins; leave it out");
            return 0;
        }

        var isWhole = type == TagType.Integer;
        if (!Decimal4.TryParse(text, out var scaled) || scaled <= 0 || (isWhole && scaled % Decimal4.Scale != 0))
        {
            var right = isWhole ? "a whole number above 0, such as \"5\"" : "a number above 0 with at most 4 decimals, such as \"0.1\"";
            faults.Add(path, $"found \"{ShortName.Shorten(text)}\"; the width of this tag's bins is {right}");
            return 0;
        }

        return isWhole ? scaled / Decimal4.Scale : scaled;
    }

    private long FineBinWidth(string path, V1.ModelFeature? feature, TagType type)
    {
        var fine = BinWidth(path, feature?.FineBinWidth ?? "", type);
        if (fine > 0 && fine >= BinWidth(path, feature!.BinWidth, type))
        {
            faults.Add(path, $"found \"{ShortName.Shorten(feature.FineBinWidth)}\" beside a bin_width of \"{ShortName.Shorten(feature.BinWidth)}\"; finer bins are less wide than the bin_width, which is set");
            return 0;
        }

        return fine;
    }

    private long TimeToLive(string path, V1.TagDefinition definition)
    {
        if (definition.TimeToLive is null)
        {
            return 0;
        }

        if (definition.Live is not null)
        {
            faults.Add(path, "a live tag holds for its window; leave time_to_live out");
        }

        return faults.Span(path, definition.TimeToLive, OneMinute, TimeSpan.FromDays(3660));
    }
}
