using Zhice.Storage.Memory.Answers;
using Zhice.Storage.Memory.Effects;
using Zhice.Storage.Memory.Evaluations;
using Zhice.Storage.Memory.Facts;
using Zhice.Storage.Retention;

namespace Zhice.Storage.Memory.Retention;

/// <summary>Keeps the memory from growing for ever.</summary>
internal sealed class MemoryRetention(
    Lock gate, MemoryEffects effects, MemoryAnswers answers, MemoryEvaluations evaluations, MemoryFacts facts)
    : IRetentionStore
{
    public Task<bool> KeepAsync(RetentionOptions options, DateTimeOffset now)
    {
        lock (gate)
        {
            effects.ForgetCounted(now.AddDays(-options.LedgerDays).ToUnixTimeMilliseconds());
            facts.ForgetBefore(now.AddDays(-options.FactDays).ToUnixTimeMilliseconds());
            answers.ForgetBefore(now.AddDays(-RetentionOptions.AnswerDays).ToUnixTimeMilliseconds());
        }

        evaluations.ForgetBefore(now.AddDays(-options.EvaluationDays));
        return Task.FromResult(true);
    }
}
