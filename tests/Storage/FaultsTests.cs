using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Tests;

public sealed class FaultsTests
{
    public static TheoryData<Exception> Faults => new((Exception[])
    [
        new StoreUnavailableException("The disk is full.", new SqliteException("full", 13)),
        new StoreUnavailableException("The store is being closed."),
        new StoreOverloadedException("Too many wait."),
        new StateRefusedException("Too large.", new IOException("inner")),
    ]);

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_crosses_to_another_silo_with_its_type_and_sentence(Exception fault)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var arrived = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(fault));
        Assert.Equal(fault.GetType(), arrived?.GetType());
        Assert.Equal(fault.Message, arrived!.Message);
        Assert.Equal(fault.InnerException is null, arrived.InnerException is null);
    }
}
