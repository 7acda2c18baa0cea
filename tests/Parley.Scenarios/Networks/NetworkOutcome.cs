namespace Parley.Scenarios.Networks;

/// <summary>What a receiver saw and heard of a publisher through a bad network, and what the bottleneck saw.</summary>
internal sealed record NetworkOutcome
{
    /// <summary>Pictures sent towards the receiver.</summary>
    public required double Sent { get; init; }

    /// <summary>Share of them that was on the screen within 200 ms of capture.</summary>
    public required double InTime { get; init; }

    /// <summary>Pictures shown in a second.</summary>
    public required double Fps { get; init; }

    /// <summary>Rows of the last picture.</summary>
    public required double Height { get; init; }

    /// <summary>The longest time from one shown picture to the next, ms.</summary>
    public required double LongestGap { get; init; }

    /// <summary>Share of the sound that was made up, at the server or at the receiver.</summary>
    public required double Concealed { get; init; }

    /// <summary>The longest time without anything to hear, ms.</summary>
    public required double AudioGap { get; init; }

    /// <summary>The mean of what waited at the bottleneck, ms.</summary>
    public required double MeanQueue { get; init; }

    /// <summary>What waited at the bottleneck after everything had settled, at most, ms.</summary>
    public required double QueueAfterSettling { get; init; }

    /// <summary>Share of what was sent over the impaired way that was lost, for want of room or by chance.</summary>
    public required double Lost { get; init; }

    /// <summary>From the step, or the beginning of the measurement, until the bottleneck neither dropped more than 2 % nor held more than 75 ms on average, in any half second; s.</summary>
    public required double SettledAfter { get; init; }

    /// <summary>From the step until four fifths of what is used in the end were used, s.</summary>
    public required double UsedAfter { get; init; }

    /// <summary>What passed the impaired way in the second half of the measurement, headers included, bits per second.</summary>
    public required double Used { get; init; }

    /// <summary>Changes of the picture's size, each way, in the second half of the measurement.</summary>
    public required double Changes { get; init; }
}
