namespace Zhice.Domain.Effects;

/// <summary>A state whose commit has effects. They are not part of the state: the store writes them, and takes them off.</summary>
public interface ICommitsEffects
{
    /// <summary>The effects of the commit to come; null when there are none.</summary>
    CommitEffects? Effects { get; set; }
}
