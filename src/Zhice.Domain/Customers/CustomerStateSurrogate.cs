using Orleans;

namespace Zhice.Domain.Customers;

/// <summary>
/// How a customer's state, which changes no more, is written by the serializer: as the bytes of <see cref="CustomerStateCodec"/>.
/// </summary>
[GenerateSerializer, Alias("zhice.customer-state")]
public struct CustomerStateSurrogate
{
    /// <summary>The bytes.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Turns states into bytes and back.</summary>
[RegisterConverter]
public sealed class CustomerStateConverter : IConverter<CustomerState, CustomerStateSurrogate>
{
    /// <inheritdoc/>
    public CustomerState ConvertFromSurrogate(in CustomerStateSurrogate surrogate) => CustomerStateCodec.Unpack(surrogate.Bytes);

    /// <inheritdoc/>
    public CustomerStateSurrogate ConvertToSurrogate(in CustomerState value) =>
        new() { Bytes = CustomerStateCodec.Pack(value) };
}
