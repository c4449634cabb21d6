// Package pattern holds the textbook algorithms of collective communication,
// written on nothing but point-to-point messages, for any number of ranks.
//
// Every function is called by all ranks of an Endpoint's group, each with its
// own arguments, in the same order. Costs are for p ranks and n bytes, with the
// time of one message of n bytes taken as alpha + n beta and that of combining
// n bytes as n gamma; lg is the base-2 logarithm, rounded up:
//
//	BarrierDissemination          lg p alpha
//	BarrierTree                   2 lg p alpha
//	BcastBinomial                 lg p (alpha + n beta)
//	BcastScatterAllgather         (lg p + p-1) alpha + 2 (p-1)/p n beta
//	ReduceBinomial                lg p (alpha + n beta + n gamma)
//	AllreduceRecursiveDoubling    lg p (alpha + n beta + n gamma)            p a power of two;
//	                              two messages of n more otherwise
//	AllreduceTree                 2 lg p (alpha + n beta) + lg p n gamma     the same
//	AllreduceRabenseifner         2 lg p alpha + (p-1)/p n (2 beta + gamma)  the same
//	AllreduceRing                 2 (p-1) alpha + (p-1)/p n (2 beta + gamma)
//	ScanRecursiveDoubling         lg p (alpha + n beta + 2 n gamma)
//	ScanLinear                    (p-1) (alpha + n beta + n gamma)
//	GatherBinomial                lg p alpha + (p-1)/p n beta                n at the root
//	ScatterBinomial               lg p alpha + (p-1)/p n beta                n at the root
//	GatherLinear, ScatterLinear   (p-1) alpha + n beta                       n at the root
//	AllgatherRing                 (p-1) alpha + (p-1)/p n beta               n gathered
//	AlltoallPairwise              (p-1) alpha + (p-1)/p n beta               n sent by a rank
//	AlltoallBruck                 lg p (alpha + n/2 beta)                    the same
//	Pipeline                      (p+m-2) (alpha + n/m beta) + stages        m parts
//	HaloExchange                  2 d (alpha + n beta)                       d dimensions, n an edge
//	Pair                          2 (alpha + n beta)                         n one way
//
// Reductions combine in an order that depends on the number of ranks and the
// length alone, so a floating-point result does not change from run to run,
// and those that leave it on every rank leave the same bits on every rank.
//
// Sources: R. Thakur, R. Rabenseifner, W. Gropp, Optimization of collective
// communication operations in MPICH, IJHPCA 19 (2005); R. Rabenseifner,
// Optimization of collective reduction operations, ICCS 2004; M. Barnett, L. Shuler,
// R. van de Geijn, S. Gupta, D. Payne, J. Watts, Interprocessor collective
// communication library, SHPCC 1994; J. Bruck, C. Ho, S. Kipnis, E. Upfal, D. Weathersby,
// Efficient algorithms for all-to-all communications in multiport message-passing
// systems, IEEE Trans. Parallel Distrib. Syst. 8 (1997); D. Hensgen, R. Finkel, U. Manber, Two
// algorithms for barrier synchronization, IJPP 17 (1988); P. Patarasuk, X. Yuan,
// Bandwidth optimal all-reduce algorithms for clusters of workstations, JPDC 69
// (2009); W. D. Hillis, G. L. Steele, Data parallel algorithms, CACM 29 (1986).
package pattern
