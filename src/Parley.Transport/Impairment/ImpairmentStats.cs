namespace Parley.Transport.Impairment;

/// <summary>What became of the datagrams of one <see cref="ImpairedLink"/>.</summary>
/// <remarks>Sent + Duplicated = Lost + QueueDropped + TooLarge + Delivered + InFlight, at any time.</remarks>
/// <param name="Sent">Handed to the link.</param>
/// <param name="Duplicated">Made by the link on top of them.</param>
/// <param name="Lost">Lost by the random or burst loss that was asked for.</param>
/// <param name="LossBursts">Runs of datagrams lost in a row; <c>Lost / LossBursts</c> is the mean burst.</param>
/// <param name="QueueDropped">Found the queue in front of the rate limit, or the link's memory, full.</param>
/// <param name="TooLarge">Larger than <see cref="Parley.Protocol.Limits.MaxReceivedDatagram"/>.</param>
/// <param name="Reordered">Held back so that others could overtake.</param>
/// <param name="Delivered">Taken out at the other end.</param>
/// <param name="DeliveredBytes">Payload bytes of those.</param>
/// <param name="InFlight">On their way now.</param>
/// <param name="LongestQueueDelay">The longest wait for the rate limit so far.</param>
public readonly record struct ImpairmentStats(
    long Sent,
    long Duplicated,
    long Lost,
    long LossBursts,
    long QueueDropped,
    long TooLarge,
    long Reordered,
    long Delivered,
    long DeliveredBytes,
    int InFlight,
    TimeSpan LongestQueueDelay);
