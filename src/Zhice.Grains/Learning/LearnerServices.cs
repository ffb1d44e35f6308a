using Zhice.Contracts.Catalogs;
using Zhice.Domain.Learning;

namespace Zhice.Grains.Learning;

/// <summary>What all learners of a silo share.</summary>
internal sealed record LearnerServices(
    ICatalogs Catalogs, PropensityModels Models, AttributionWindow Attribution, TimeProvider Clock, ModelAlarms Alarms);
