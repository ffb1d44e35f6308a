using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>
/// Records that silos of different releases send to each other: the bytes stay what they were when the type had another name.
/// </summary>
public sealed class WireTests
{
    public static TheoryData<string, object> Records => new()
    {
        {
            "3001B251F85EC353797374656D2E436F6C6C656374696F6E732E496D6D757461626C652E496D6D757461626C65417272617960315B5B7A686963652E"
            + "74616B656E2D636F6E746163745D5D2C53797374656D2E436F6C6C656374696F6E732E496D6D757461626C6520000321E840050102010D410B6C6561"
            + "73650111E0E0E0",
            ImmutableArray.Create(new LeasedContact([1, 2], 3, "lease", 4))
        },
        {
            "30013DD851EBC553797374656D2E436F6C6C656374696F6E732E496D6D757461626C652E496D6D757461626C65417272617960315B5B7A686963652E"
            + "7265706F72742D6F7574636F6D655D5D2C53797374656D2E436F6C6C656374696F6E732E496D6D757461626C65200007010300050007E0E0",
            ImmutableArray.Create(SettlementOutcome.Settled, SettlementOutcome.Ended, SettlementOutcome.LeaseOver)
        },
        {
            "300174A4C363C153797374656D2E436F6C6C656374696F6E732E496D6D757461626C652E496D6D757461626C65417272617960315B5B7A686963652E"
            + "646561642D636F6E746163745D5D2C53797374656D2E436F6C6C656374696F6E732E496D6D757461626C6520000321E840050102410363010D410962"
            + "7573790111E0E0E0",
            ImmutableArray.Create(new DeadLetter([1, 2], "c", 3, "busy", 4))
        },
        {
            "300116A0A577C553797374656D2E436F6C6C656374696F6E732E496D6D757461626C652E496D6D757461626C65417272617960315B5B7A686963652E"
            + "64656C69766572792D74616C6C795D5D2C53797374656D2E436F6C6C656374696F6E732E496D6D757461626C6520000321E8400D617574756D6E4107"
            + "736D730104E20401070115E0E0E0",
            ImmutableArray.Create(new DeliveryCount("autumn", "sms", 20_000, DeliveryOutcome.GivenUp, 5))
        },
        {
            "30012C08D0DCBF53797374656D2E436F6C6C656374696F6E732E496D6D757461626C652E496D6D757461626C65417272617960315B5B7A686963652E"
            + "73746F636B2D74616C6C795D5D2C53797374656D2E436F6C6C656374696F6E732E496D6D757461626C6520000321E84009636172640122030151010D"
            + "E0E0E0",
            ImmutableArray.Create(new StockLevel("card", 100, 20, 3))
        },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_is_written_and_read_as_by_the_release_before(string bytes, object records)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();

        Assert.Equal(bytes, Convert.ToHexString(serializer.SerializeToArray(records)));
        var read = serializer.Deserialize<object>(Convert.FromHexString(bytes));
        Assert.Equal(records.GetType(), read?.GetType());
        Assert.Equal(bytes, Convert.ToHexString(serializer.SerializeToArray(read!)));
    }
}
