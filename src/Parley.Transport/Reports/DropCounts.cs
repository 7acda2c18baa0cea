using System.Runtime.CompilerServices;
using Parley.Protocol;

namespace Parley.Transport.Reports;

/// <summary>How often each <see cref="DropReason"/> happened.</summary>
[InlineArray(Capacity)]
internal struct DropCounts
{
    /// <summary>Room for more reasons than there are; a test compares.</summary>
    internal const int Capacity = 32;

    private long _first;

    internal readonly long Of(DropReason reason) => this[(int)reason];

    /// <summary>Counts a drop; <see cref="DropReason.None"/> is none.</summary>
    internal void Add(DropReason reason)
    {
        if (reason != DropReason.None) this[(int)reason]++;
    }
}
