using Zhice.Contracts.Catalogs;
using Zhice.Domain.Learning;

namespace Zhice.Grains.Customers;

/// <summary>What all customers of a silo share.</summary>
internal sealed record CustomersShared(
    CustomerStore Store,
    UnpackedCustomers Unpacked,
    LoadedCustomers Loaded,
    ICatalogs Catalogs,
    PropensityModels Models,
    AttributionWindow Attribution,
    TimeProvider Clock);
