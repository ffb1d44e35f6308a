using Zhice.Domain.Learning;

namespace Zhice.Catalogs;

/// <summary>Makes what binds the learning of all actions of a definition.</summary>
internal static class LearningCompiler
{
    public static LearningRules Compile(V1.Learning? definition, CatalogFaults faults)
    {
        if (definition is null || definition.MaxLessonsPerDay == 0)
        {
            return LearningRules.Default;
        }

        if (definition.MaxLessonsPerDay is < 1 or > LearningRules.MaxLessonsPerDayLimit)
        {
            faults.Add(
                "learning.max_lessons_per_day",
                $"found {definition.MaxLessonsPerDay}; it is 1 to {LearningRules.MaxLessonsPerDayLimit}, or 0 for {LearningRules.Default.MaxLessonsPerDay}");
        }

        return new(definition.MaxLessonsPerDay);
    }
}
