using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using Zhice.Postgres;
using Zhice.Storage.Backends;
using Zhice.Storage.Commits;
using Zhice.Storage.Encryption;
using Zhice.Storage.Memory;
using Zhice.Storage.Postgres;
using Zhice.Storage.Sqlite;

namespace Zhice.Storage;

/// <summary>Adds the storage to a silo.</summary>
public static class ZhiceStorageHosting
{
    /// <summary>
    /// Keeps the state of all grains in one SQLite file in a folder: durable, with nothing to install. It serves the
    /// provider named <see cref="ZhiceStorage.Name"/> and the default one, and opens when the silo starts; a folder that
    /// another process uses, or a newer schema, stops the start. <see cref="GroupCommitStorage"/> can be asked for too.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="folder">The folder, on a local disk; made if need be.</param>
    /// <param name="configure">Changes how writes are gathered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static ISiloBuilder AddZhiceSqliteStorage(this ISiloBuilder silo, string folder, Action<GroupCommitOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var options = new GroupCommitOptions();
        configure?.Invoke(options);
        options.Check();
        if (options.Flushers != 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(configure),
                $"{nameof(GroupCommitOptions)}.{nameof(options.Flushers)} is {options.Flushers}; SQLite has one writer, so it must be 1.");
        }

        return AddStorage(silo, options, (logger, _) => Task.FromResult<IBackend>(SqliteBackend.Open(folder, logger)));
    }

    /// <summary>
    /// Keeps the state of all grains in the memory of this process, and nothing of it after the process: for trials, and for
    /// measuring what is above a store. It serves the provider named <see cref="ZhiceStorage.Name"/> and the default one.
    /// </summary>
    /// <param name="silo">The silo.</param>
    public static ISiloBuilder AddZhiceMemoryStorage(this ISiloBuilder silo) =>
        AddStorage(silo, new(), static (_, clock) => Task.FromResult<IBackend>(new MemoryBackend(clock)));

    /// <summary>
    /// Keeps the state of all grains in a PostgreSQL database that all silos of a cluster share. It serves the provider named
    /// <see cref="ZhiceStorage.Name"/> and the default one. When the silo starts it brings the schema to its version; a
    /// server that is away, or a newer schema, stops the start. <see cref="GroupCommitStorage"/> can be asked for too.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="store">Where.</param>
    /// <param name="configure">Changes how writes are gathered.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static ISiloBuilder AddZhicePostgresStorage(
        this ISiloBuilder silo, PostgresStore store, Action<GroupCommitOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        var options = new GroupCommitOptions { Flushers = PostgresBackend.BestFlushers };
        configure?.Invoke(options);
        options.Check();

        // The cause of a fault goes with it to the silo that called; without a way to write it, the fault would be lost.
        silo.Services.Configure<ExceptionSerializationOptions>(static exceptions =>
            exceptions.SupportedNamespacePrefixes.Add(nameof(Npgsql)));

        // Whatever the clock of this machine says: silos that lease from each other go by one.
        var clock = new StoreClock(
            silo.Services.LastOrDefault(
                static service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as TimeProvider
                ?? TimeProvider.System);
        silo.Services.AddSingleton<TimeProvider>(clock);
        return AddStorage(silo, options, async (logger, _) => await PostgresBackend.OpenAsync(store, logger, clock));
    }

    private static ISiloBuilder AddStorage(ISiloBuilder silo, GroupCommitOptions options, Func<ILogger, TimeProvider, Task<IBackend>> open)
    {
        silo.Services.AddSingleton(services =>
        {
            var logger = services.GetRequiredService<ILogger<GroupCommitStorage>>();
            var clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
            options.Meters = services.GetService<IMeterFactory>();
            return new GroupCommitStorage(
                () => open(logger, clock),
                options,
                services.GetRequiredService<Serializer>(),
                services.GetRequiredService<IActivatorProvider>(),
                clock,
                logger,
                services.GetService<StateCipher>());
        });
        silo.Services.TryAddSingleton(StateCipher.None);
        silo.Services.AddHostedService<KeyRotation>();
        silo.Services.AddSingleton<IStores>(Storage);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(Storage);
        silo.Services.AddKeyedSingleton<IGrainStorage>(ZhiceStorage.Name, static (services, _) => Storage(services));
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, static (services, _) => Storage(services));
        silo.Services.AddSingleton<IGrainStorage>(Storage);
        return silo;

        static GroupCommitStorage Storage(IServiceProvider services) => services.GetRequiredService<GroupCommitStorage>();
    }
}
