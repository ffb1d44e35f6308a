using Zhice.Domain.Customers;

namespace Zhice.Domain.Contacts;

/// <summary>How a word of consent comes into a customer's state and into the history: the same way from wherever it comes.</summary>
public static class ConsentRecording
{
    /// <summary>
    /// Records a word in a state that may be changed, and in the effects of its commit. By its time it may be older than
    /// what is known: then it is a part of the history alone.
    /// </summary>
    public static void Record(CustomerState state, ConsentStatement word)
    {
        state.Consents.Set(word);
        (state.Effects ??= new()).Keep(word);
    }
}
