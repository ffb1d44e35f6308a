using System.Collections.Immutable;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <content>What answers are taken, and what they teach.</content>
internal sealed partial class CustomerGrain
{
    // Where it is known what a decision offered, an answer to anything else is refused; the decision is kept from its first
    // answer on. Of one that nobody remembers, only the signature of its id is known: it counts, and teaches nothing.
    private async ValueTask<bool> IsOffered(CustomerTransaction change, CustomerEvent answer)
    {
        var (contact, state) = (new ContactId(answer.Decision, answer.Action), change.Next);
        if (state.KeptDecisions.Find(answer.Decision) is { } kept)
        {
            return kept.FindOffer(answer.Action) is not null;
        }

        if (_decisions?.Find(answer.Decision, this.GetPrimaryKeyString())?.Decision is { } remembered)
        {
            return IsOffered(change, remembered, answer.Action);
        }

        if (state.ContactLog.Contains(contact) || !shared.DecisionLog.Takes(answer.Decision))
        {
            return true;
        }

        return await shared.DecisionLog.FindAsync(answer.Decision, this.GetPrimaryKeyString()) is not { } logged
            || IsOffered(change, logged.Decision, answer.Action);
    }

    private bool IsOffered(CustomerTransaction change, Decision decision, ushort action)
    {
        var kept = decision.ToKept();
        if (kept.FindOffer(action) is null)
        {
            return false;
        }

        change.Next.KeptDecisions.Keep(kept, change.NowMs, shared.Attribution);
        return true;
    }

    private static void AddLesson(List<(string ActionId, Lesson Lesson)> lessons, KeptLesson? lesson, ContactId contact, Catalog catalog)
    {
        if (lesson is not null && catalog.Action(contact.Action) is { } action)
        {
            lessons.Add((action.FirstId, Lesson.From(lesson)));
        }
    }

    private void Teach(List<(string ActionId, Lesson Lesson)> lessons)
    {
        foreach (var (actionId, lesson) in lessons)
        {
            shared.Lessons.Add(actionId, lesson);
        }
    }
}
