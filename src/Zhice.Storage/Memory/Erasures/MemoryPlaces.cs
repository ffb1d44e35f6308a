using Zhice.Domain.Contacts;
using Zhice.Storage.Memory.Answers;
using Zhice.Storage.Memory.Consents;
using Zhice.Storage.Memory.Decisions;
using Zhice.Storage.Memory.Effects;
using Zhice.Storage.Memory.Evaluations;
using Zhice.Storage.Memory.Facts;
using Zhice.Storage.Memory.Journeys;
using Zhice.Storage.Memory.Outbox;
using Zhice.Storage.Memory.States;

namespace Zhice.Storage.Memory.Erasures;

/// <summary>What a memory store has of customers.</summary>
internal sealed record MemoryPlaces(
    MemoryStates States,
    MemoryOutbox Outbox,
    MemoryJourneys Journeys,
    MemoryConsents Consents,
    MemoryAnswers Answers,
    MemoryEvaluations Evaluations,
    MemoryEffects Effects,
    MemoryDecisions Decisions,
    MemoryFacts Facts);

/// <summary>A proof that names nobody.</summary>
/// <param name="IdHash">The hash of the customer's id.</param>
/// <param name="Statement">The statement, without evidence and actor; null: contacts of a day.</param>
/// <param name="Count">How many.</param>
/// <param name="KeptUntilMs">Until when it is kept, unix milliseconds.</param>
internal sealed record MemoryEvidence(string IdHash, ConsentStatement? Statement, long Count, long KeptUntilMs);
