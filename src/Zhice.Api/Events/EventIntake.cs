using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Decisions;
using Zhice.Domain.Customers;
using Zhice.V1;

namespace Zhice.Api.Events;

/// <summary>Reads events as they come, by the catalogue in force and by the clock.</summary>
internal sealed class EventIntake(ICatalogs catalogs, DecisionKeys keys, TimeProvider time)
{
    /// <summary>The event, or null with everything that is wrong with it in <paramref name="check"/>.</summary>
    public CustomerEvent? Read(Event customerEvent, RequestCheck check) =>
        EventReader.Read(customerEvent, catalogs.Current, keys.Current, time.GetUtcNow().ToUnixTimeMilliseconds(), check);
}
