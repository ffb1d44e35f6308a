namespace Zhice.Domain.Bulk;

/// <summary>What a row says about the tags that it leaves out. The numbers are stored, and those of the public contract.</summary>
public enum ImportMode : byte
{
    /// <summary>Nothing: they stay as they are.</summary>
    Changed = 1,

    /// <summary>They are gone, if an import wrote them; what anything else wrote stays.</summary>
    Full = 2,
}
