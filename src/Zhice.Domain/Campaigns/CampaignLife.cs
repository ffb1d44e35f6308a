namespace Zhice.Domain.Campaigns;

/// <summary>The state of a campaign. The numbers are stored, and those of the public contract.</summary>
public enum CampaignState : byte
{
    /// <summary>It is being written.</summary>
    Draft = 1,

    /// <summary>Another person than the author agreed.</summary>
    Approved = 2,

    /// <summary>It waits for its time, or for its event.</summary>
    Scheduled = 3,

    /// <summary>A run is under way.</summary>
    Running = 4,

    /// <summary>It was told to wait.</summary>
    Paused = 5,

    /// <summary>It is over.</summary>
    Finished = 6,

    /// <summary>It was ended before it was over.</summary>
    Cancelled = 7,
}

/// <summary>What may be done to a campaign.</summary>
public enum CampaignStep : byte
{
    /// <summary>Write it anew.</summary>
    Edit,

    /// <summary>Agree to it.</summary>
    Approve,

    /// <summary>Let it wait for its time.</summary>
    Schedule,

    /// <summary>Let it wait until it is resumed.</summary>
    Pause,

    /// <summary>Let it go on.</summary>
    Resume,

    /// <summary>End it for good.</summary>
    Cancel,

    /// <summary>Make void what of it waits for its channels.</summary>
    Recall,
}

/// <summary>What a campaign may become.</summary>
public static class CampaignLife
{
    /// <summary>The state after a step; null when its state forbids it. A step that was made already changes nothing.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="step">The step.</param>
    /// <param name="isInRun">Whether a run has begun and has not ended.</param>
    public static CampaignState? After(CampaignState state, CampaignStep step, bool isInRun) => (step, state) switch
    {
        (CampaignStep.Edit, CampaignState.Draft or CampaignState.Approved) => CampaignState.Draft,
        (CampaignStep.Approve, CampaignState.Draft or CampaignState.Approved) => CampaignState.Approved,
        (CampaignStep.Schedule, CampaignState.Approved) => CampaignState.Scheduled,
        (CampaignStep.Schedule, CampaignState.Scheduled or CampaignState.Running) => state,
        (CampaignStep.Pause, CampaignState.Scheduled or CampaignState.Running or CampaignState.Paused) => CampaignState.Paused,
        (CampaignStep.Resume, CampaignState.Paused) => isInRun ? CampaignState.Running : CampaignState.Scheduled,
        (CampaignStep.Resume, CampaignState.Scheduled or CampaignState.Running) => state,
        (CampaignStep.Cancel, not CampaignState.Finished) => CampaignState.Cancelled,
        (CampaignStep.Recall, not (CampaignState.Draft or CampaignState.Approved)) => state,
        _ => null,
    };

    /// <summary>Whether nothing will come of it any more.</summary>
    public static bool IsOver(this CampaignState state) => state is CampaignState.Finished or CampaignState.Cancelled;
}
