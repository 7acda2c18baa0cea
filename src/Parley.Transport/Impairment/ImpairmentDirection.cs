namespace Parley.Transport.Impairment;

/// <summary>Which way an impairment works, as seen from the program that was given it.</summary>
public enum ImpairmentDirection
{
    /// <summary>On what it sends and on what it receives, each on its own.</summary>
    Both,

    /// <summary>On what it sends.</summary>
    Up,

    /// <summary>On what it receives.</summary>
    Down,
}
