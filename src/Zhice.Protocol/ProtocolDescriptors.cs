using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Zhice.V1;

/// <summary>Makes the descriptors of the contract one after the other.</summary>
/// <remarks>
/// Google.Protobuf makes the descriptors of a file at its first use, and two threads that begin with different files change the same
/// dictionary of the files that both import: then one of them cannot be used until the process ends.
/// </remarks>
internal static class ProtocolDescriptors
{
    [ModuleInitializer, SuppressMessage("Usage", "CA2255", Justification = "It must run before any other code of this assembly.")]
    internal static void Create()
    {
        _ = AudienceServiceReflection.Descriptor;
        _ = AuditServiceReflection.Descriptor;
        _ = BehaviorServiceReflection.Descriptor;
        _ = BulkServiceReflection.Descriptor;
        _ = CampaignServiceReflection.Descriptor;
        _ = CatalogReflection.Descriptor;
        _ = CatalogServiceReflection.Descriptor;
        _ = ContactPolicyReflection.Descriptor;
        _ = CustomerServiceReflection.Descriptor;
        _ = DeliveryServiceReflection.Descriptor;
        _ = ErasureServiceReflection.Descriptor;
        _ = EventServiceReflection.Descriptor;
        _ = ExperimentsReflection.Descriptor;
        _ = HandOffServiceReflection.Descriptor;
        _ = JourneyReflection.Descriptor;
        _ = JourneyServiceReflection.Descriptor;
        _ = LearningServiceReflection.Descriptor;
        _ = MeasurementServiceReflection.Descriptor;
        _ = RecommendationServiceReflection.Descriptor;
        _ = SecurityServiceReflection.Descriptor;
        _ = SimulationServiceReflection.Descriptor;
        _ = StopServiceReflection.Descriptor;
        _ = SystemServiceReflection.Descriptor;
        _ = ValuesReflection.Descriptor;
    }
}
