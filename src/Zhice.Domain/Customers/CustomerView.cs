using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>A fact of this moment, which goes before the customer's own tag.</summary>
[GenerateSerializer, Immutable, Alias("zhice.context-tag")]
public readonly record struct ContextTag([property: Id(0)] ushort Tag, [property: Id(1)] TagValue Value);

/// <summary>A customer as rules and models see one: tags, live tags and the call's context, at one instant.</summary>
/// <remarks>What is hidden is unknown: neither there nor missing, and no count of it is 0.</remarks>
public readonly ref struct CustomerView
{
    private static readonly CustomerState Nobody = new();

    private readonly int _bankDay;
    private readonly ImmutableArray<ContextTag> _facts;

    /// <summary>Makes the view.</summary>
    /// <param name="state">The customer's state.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="context">Facts of this moment.</param>
    /// <param name="nowMs">The instant, unix milliseconds.</param>
    /// <param name="isPersonalized">False: of the state only contacts and consents are seen, and no context; all else is hidden.</param>
    public CustomerView(CustomerState state, Catalog catalog, ImmutableArray<ContextTag> context, long nowMs, bool isPersonalized = true)
    {
        State = state;
        Profile = isPersonalized ? state : Nobody;
        IsPersonalized = isPersonalized;
        Catalog = catalog;
        _facts = context;
        Context = isPersonalized ? context : [];
        NowMs = nowMs;
        _bankDay = catalog.Calendar.GetDay(nowMs);
    }

    /// <summary>The customer's id, by which arms and holdouts are drawn and lists of ids are asked; empty where none of them is.</summary>
    public string Id { get; init; } = "";

    /// <summary>The version of the customer's state in the store; 0 where the state is none of the store's.</summary>
    public long Version { get; init; }

    /// <summary>The customer's state: contacts and consents are read from it.</summary>
    public CustomerState State { get; }

    /// <summary>What may be used of what is known of the customer: tags and live tags are read from it.</summary>
    public CustomerState Profile { get; }

    /// <summary>Whether what is known of the customer may be used.</summary>
    public bool IsPersonalized { get; }

    /// <summary>The catalogue in force.</summary>
    public Catalog Catalog { get; }

    /// <summary>Facts of this moment.</summary>
    public ImmutableArray<ContextTag> Context { get; }

    /// <summary>The instant, unix milliseconds.</summary>
    public long NowMs { get; }

    /// <summary>The customer as a purpose sees one: a profile is hidden from marketing alone.</summary>
    public CustomerView For(Purpose purpose) => purpose is Purpose.Service or Purpose.Regulatory ? Unhidden : this;

    /// <summary>The customer with the profile seen, as protective rules and journeys' exit rules see one.</summary>
    public CustomerView Unhidden => IsPersonalized ? this : new(State, Catalog, _facts, NowMs) { Id = Id, Version = Version };

    /// <summary>The same customer at another instant.</summary>
    public CustomerView At(long nowMs) => new(State, Catalog, _facts, nowMs, IsPersonalized) { Id = Id, Version = Version };

    /// <summary>Whether the call itself says this tag.</summary>
    public bool IsInContext(TagDefinition tag) => TryGetContext(tag.Number, out _);

    /// <summary>
    /// Whether a tag that is not there is missing; else it is hidden, or its window became longer than what is kept of it yet.
    /// </summary>
    public bool Knows(TagDefinition tag) => IsPersonalized && tag.Live?.IsKnownAt(NowMs) is not false;

    /// <summary>The value of a tag as a text for people, masked when it is sensitive; null when the customer lacks it.</summary>
    public string? Format(TagDefinition tag)
    {
        if (tag.Type == TagType.String)
        {
            return !TryGetText(tag, out var text) ? null : tag.IsSensitive ? TagText.Mask : text;
        }

        return !TryGet(tag, out var bits) ? null : tag.IsSensitive ? TagText.Mask : TagText.Format(tag, bits);
    }

    /// <summary>The bits of a tag that is no text; false when it is missing, expired or hidden.</summary>
    public bool TryGet(TagDefinition tag, out long bits)
    {
        if (!IsPersonalized)
        {
            bits = 0;
            return false;
        }

        if (TryGetContext(tag.Number, out var value))
        {
            bits = value.Bits;
            return true;
        }

        return tag.Live is { } rule
            ? Profile.LiveTags.TryGet(rule, NowMs, _bankDay, out bits)
            : Profile.Tags.TryGet(tag, NowMs, out bits);
    }

    /// <summary>The text of a text tag; false when it is missing, expired or hidden.</summary>
    public bool TryGetText(TagDefinition tag, out string text)
    {
        if (TryGetContext(tag.Number, out var value))
        {
            text = value.Text!;
            return true;
        }

        return tag.Live is { } rule
            ? Profile.LiveTags.TryGetText(rule, NowMs, out text)
            : Profile.Tags.TryGetText(tag, NowMs, out text);
    }

    /// <summary>The number of the stage of a journey that the customer is in; false when in none, or when that is hidden.</summary>
    public bool TryGetStage(ushort journey, out ushort stage)
    {
        var place = Profile.Journeys.Find(journey);
        stage = place?.Stage ?? 0;
        return place is not null;
    }

    private bool TryGetContext(ushort tag, out TagValue value)
    {
        foreach (ref readonly var fact in Context.AsSpan())
        {
            if (fact.Tag == tag)
            {
                value = fact.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
