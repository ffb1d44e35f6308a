using Orleans;

namespace Zhice.Domain.Learning;

/// <summary>What a model has learned from. A contact that was seen and then accepted gives two lessons, one of each outcome.</summary>
/// <param name="Accepted">Lessons of an acceptance.</param>
/// <param name="NotAccepted">Lessons of anything else.</param>
/// <param name="TakenBack">How many of <paramref name="NotAccepted"/> were taken back, as their contact did not arrive.</param>
/// <param name="FirstAtMs">When the first lesson was learned, unix milliseconds; 0: none was.</param>
/// <param name="LastAtMs">When the last lesson was learned, unix milliseconds; 0: none was.</param>
/// <param name="FirstCatalogVersion">The catalogue at the first lesson; 0: none was learned.</param>
/// <param name="LastCatalogVersion">The catalogue at the last lesson; 0: none was learned.</param>
[GenerateSerializer, Immutable, Alias("zhice.lesson-tally")]
public readonly record struct LessonTally(
    [property: Id(0)] long Accepted,
    [property: Id(1)] long NotAccepted,
    [property: Id(2)] long TakenBack,
    [property: Id(3)] long FirstAtMs,
    [property: Id(4)] long LastAtMs,
    [property: Id(5)] long FirstCatalogVersion,
    [property: Id(6)] long LastCatalogVersion)
{
    /// <summary>How many lessons of a model are not in the tally: they were learned before there were tallies.</summary>
    /// <param name="learned">How many outcomes the model has learned.</param>
    public long GetUncounted(long learned) => Math.Max(0, learned - (Accepted + NotAccepted - TakenBack));

    /// <summary>The tally after one more lesson.</summary>
    /// <param name="kind">What it teaches; none changes nothing.</param>
    /// <param name="atMs">When it is learned, unix milliseconds.</param>
    /// <param name="catalogVersion">The version of the catalogue in force.</param>
    public LessonTally After(LessonKind kind, long atMs, long catalogVersion) => kind switch
    {
        LessonKind.None => this,
        LessonKind.NotSeen => this with { TakenBack = TakenBack + 1 },
        _ => this with
        {
            Accepted = Accepted + (kind is LessonKind.Accepted or LessonKind.AcceptedAfterSeen ? 1 : 0),
            NotAccepted = NotAccepted + (kind is LessonKind.Accepted or LessonKind.AcceptedAfterSeen ? 0 : 1),
            FirstAtMs = FirstAtMs == 0 ? atMs : FirstAtMs,
            LastAtMs = atMs,
            FirstCatalogVersion = FirstCatalogVersion == 0 ? catalogVersion : FirstCatalogVersion,
            LastCatalogVersion = catalogVersion,
        },
    };
}
