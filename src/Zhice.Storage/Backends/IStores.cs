using Zhice.Domain.Faults;
using Zhice.Storage.Answers;
using Zhice.Storage.Audit;
using Zhice.Storage.Consents;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Facts;
using Zhice.Storage.Journeys;
using Zhice.Storage.Outbox;
using Zhice.Storage.Retention;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Backends;

/// <summary>What the store keeps in addition to the states, each kind by an interface of its own.</summary>
/// <remarks>
/// The store opens when the silo starts, and closes when it stops; grains and services are made earlier. So they get this, and ask
/// for a kind at each use: before and after, each property throws <see cref="StoreUnavailableException"/>.
/// </remarks>
public interface IStores
{
    /// <summary>The log of decisions.</summary>
    IDecisionStore Decisions { get; }

    /// <summary>The contacts on their way to channels.</summary>
    IOutboxStore Outbox { get; }

    /// <summary>The stock of actions.</summary>
    IStockStore Stock { get; }

    /// <summary>Timers and counts of journeys.</summary>
    IJourneyStore Journeys { get; }

    /// <summary>The customers' evaluations in campaigns.</summary>
    IEvaluationStore Evaluations { get; }

    /// <summary>The history of consent.</summary>
    IConsentStore Consents { get; }

    /// <summary>Answers that states have no room for.</summary>
    IAnswerStore Answers { get; }

    /// <summary>Facts, and their totals.</summary>
    IFactStore Facts { get; }

    /// <summary>Who did what.</summary>
    IAuditStore Audit { get; }

    /// <summary>Erasures of customers.</summary>
    IErasureStore Erasures { get; }

    /// <summary>What is done about what grows with time.</summary>
    IRetentionStore Retention { get; }
}
