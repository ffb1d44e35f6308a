using Zhice.Domain.Contacts;
using Zhice.Domain.Expressions.Syntax;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions.Checking;

/// <summary>Finds what names mean in a schema, or says what may have been meant.</summary>
internal sealed class NameResolver(string source, ExpressionSchema schema)
{
    public TagDefinition Tag(TagSyntax syntax) =>
        schema.Tags.TryGetValue(syntax.Id, out var tag)
            ? tag
            : throw Fault(
                syntax.At,
                $"there is no tag '{SourceExcerpt.Quote(syntax.Id)}'{NearestName.Hint(SourceExcerpt.Quote(syntax.Id), schema.Tags.Keys)}");

    public JourneyStages Journey(StageSyntax syntax) =>
        schema.Journeys.TryGetValue(syntax.JourneyId, out var journey)
            ? journey
            : throw Fault(
                syntax.At,
                schema.Journeys.Count == 0
                    ? $"there is no journey '{SourceExcerpt.Quote(syntax.JourneyId)}'; the catalogue has none"
                    : $"there is no journey '{SourceExcerpt.Quote(syntax.JourneyId)}'{NearestName.Hint(SourceExcerpt.Quote(syntax.JourneyId), schema.Journeys.Keys)}");

    /// <summary>The id of a cap that has one count for each customer.</summary>
    public string Cap(UsedSyntax syntax)
    {
        if (!schema.Caps.TryGetValue(syntax.CapId, out var countsApart))
        {
            throw Fault(syntax.At, $"there is no cap '{SourceExcerpt.Quote(syntax.CapId)}'{NearestName.Hint(SourceExcerpt.Quote(syntax.CapId), schema.Caps.Keys)}");
        }

        return countsApart == CapScope.All
            ? syntax.CapId
            : throw Fault(
                syntax.At,
                $"the cap '{syntax.CapId}' counts each {countsApart.ToString().ToLowerInvariant()} by itself; expected one of all contacts, or one that names its {countsApart.ToString().ToLowerInvariant()}");
    }

    /// <summary>The live tag that counts these events: a customer keeps no log of events to count otherwise.</summary>
    public TagDefinition CountingTag(CountSyntax syntax)
    {
        var shown = SourceExcerpt.Quote(syntax.EventType);
        if (!schema.EventTypes.TryGetValue(syntax.EventType, out var eventType))
        {
            throw Fault(syntax.At, $"there is no event type '{shown}'{NearestName.Hint(shown, schema.EventTypes.Keys)}");
        }

        var counts = schema.GetCounts(eventType).ToList();
        if (counts.Find(tag => tag.Live!.WindowMs == syntax.WindowMs) is { } counting)
        {
            return counting;
        }

        var window = DurationLiteral.Format(syntax.WindowMs);
        var known = counts.Count == 0
            ? $"no live tag counts '{shown}' yet"
            : $"live tags count '{shown}' over {string.Join(", ", counts.Take(8).Select(tag => $"{DurationLiteral.Format(tag.Live!.WindowMs)} (tags.{tag.Id})"))}";
        var needed = syntax.WindowMs is >= 60_000 and <= 90 * 86_400_000L
            ? $"define an integer tag with live: {{event_type_id: {shown}, function: count, window: {window}}}"
            : "a window is 1m to 90d";
        throw Fault(syntax.WindowAt, $"nothing counts '{shown}' over {window}: {needed}; {known}");
    }

    /// <summary>A value of the enum that a node gives.</summary>
    public LiteralNode EnumValue(SyntaxNode at, ExpressionNode node, LiteralNode text)
    {
        var (values, name) = GetEnum(node);
        return values.TryGetValue(text.Text!, out var number)
            ? new LiteralNode(ExpressionType.Enum, number)
            : throw Fault(at.At, $"{name} has no value \"{SourceExcerpt.Quote(text.Text!)}\"{NearestName.Hint(SourceExcerpt.Quote(text.Text!), values.Keys)}");
    }

    /// <summary>Whether the numbers of two nodes mean the same; the number of a literal was looked up in the other's enum.</summary>
    public static bool ShareEnum(ExpressionNode left, ExpressionNode right) =>
        left is LiteralNode || right is LiteralNode || ReferenceEquals(GetEnum(left).Values, GetEnum(right).Values);

    /// <summary>A node as a fault names it.</summary>
    public static string Shown(ExpressionNode node) => node switch
    {
        TagNode tag => $"tags.{tag.Tag.Id}",
        StageNode stage => $"journey(\"{stage.Journey.Id}\").stage",
        UsedNode used => $"contacts.used(\"{used.CapId}\")",
        LiteralNode { Text: { } text } => $"\"{SourceExcerpt.Quote(text)}\"",
        NowNode => "now",
        _ => "it",
    };

    private static (IReadOnlyDictionary<string, ushort> Values, string Name) GetEnum(ExpressionNode node) => node switch
    {
        TagNode tag => (tag.Tag.EnumNumbers, $"tags.{tag.Tag.Id}"),
        StageNode stage => (stage.Journey.Stages, $"journey(\"{stage.Journey.Id}\").stage"),
        ChoiceNode { WhenTrue: LiteralNode } choice => GetEnum(choice.WhenFalse),
        ChoiceNode choice => GetEnum(choice.WhenTrue),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no enum."),
    };

    private ExpressionException Fault(int at, string fault) => new(source, at, fault);
}
