using Zhice.Storage.Bulk;
using Zhice.Storage.States;

namespace Zhice.Storage.Backends;

/// <summary>A back end: the states, and all that is kept beside them. PostgreSQL, SQLite and memory each have one.</summary>
internal interface IBackend : IStateStore, IStores
{
    /// <summary>What it does for bulk data.</summary>
    IBulkStore Bulk { get; }
}
