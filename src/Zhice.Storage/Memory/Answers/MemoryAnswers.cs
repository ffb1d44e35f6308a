using Zhice.Domain.Customers;
using Zhice.Storage.Answers;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Answers;

/// <summary>Answers in memory. What commits do to them is done under the store's gate.</summary>
internal sealed class MemoryAnswers(Lock gate) : IAnswerStore
{
    private readonly Dictionary<(StateKey Customer, ulong IdHash), AnsweredRequest> _answers = [];

    /// <summary>Keeps an answer in the place of an earlier one to the same id.</summary>
    public void Keep(StateKey customer, AnsweredRequest answer) => _answers[(customer, answer.IdHash)] = answer;

    /// <summary>Forgets what was answered before an instant, under the store's gate.</summary>
    public void ForgetBefore(long atMs)
    {
        foreach (var old in _answers.Where(answer => answer.Value.AtMs < atMs).Select(static answer => answer.Key).ToList())
        {
            _answers.Remove(old);
        }
    }

    /// <summary>A customer's answers, under the store's gate.</summary>
    public IEnumerable<AnsweredRequest> List(StateKey customer) =>
        _answers.Where(answer => answer.Key.Customer.Equals(customer)).Select(static answer => answer.Value);

    /// <summary>Removes a customer's answers, under the store's gate.</summary>
    public int Remove(StateKey customer) => _answers.Keys.Where(key => key.Customer.Equals(customer)).ToList().Count(_answers.Remove);

    public Task<AnsweredRequest?> FindAsync(string customerId, ulong idHash)
    {
        lock (gate)
        {
            return Task.FromResult<AnsweredRequest?>(
                _answers.TryGetValue((CustomerKey.Create(customerId), idHash), out var answer) ? answer : null);
        }
    }
}
