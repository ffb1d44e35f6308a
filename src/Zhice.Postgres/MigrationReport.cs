namespace Zhice.Postgres;

/// <summary>What a migration did.</summary>
/// <param name="Schema">The PostgreSQL schema, which has the name of the service id.</param>
/// <param name="FromVersion">The version found; 0 when there was nothing.</param>
/// <param name="ToVersion">The version now.</param>
/// <param name="StepsRun">The names of the steps that this call ran, in order; none when all had run before.</param>
public sealed record MigrationReport(string Schema, int FromVersion, int ToVersion, IReadOnlyList<string> StepsRun);
